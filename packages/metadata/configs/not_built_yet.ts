// Keys and protocols of security that are not built yet. A node that is given one refuses to start:
// going on would leave open what somebody meant to close. Whoever builds a part deletes its rows.

export interface UnbuiltKey {
  /** Without the prefix of a listener. */
  readonly keys: readonly string[];
  /** Which texts turn the part on. */
  readonly turnsOn: (text: string) => boolean;
  readonly part: string;
  readonly remedy: string;
}

const isSet = (text: string): boolean => text.trim() !== "";

export const PLAINTEXT_REMEDY =
  "use PLAINTEXT listeners on a network that only trusted clients reach";

/** Of static configuration: file, environment and command line. */
export const UNBUILT_KEYS: readonly UnbuiltKey[] = [
  {
    keys: ["authorizer.class.name"],
    turnsOn: isSet,
    part: "access control",
    remedy: "remove the key, and let only trusted clients reach this node",
  },
  {
    keys: ["sasl.enabled.mechanisms", "sasl.jaas.config"],
    turnsOn: isSet,
    part: "SASL",
    remedy: `remove the key, and ${PLAINTEXT_REMEDY}`,
  },
  {
    keys: [
      "ssl.keystore.location",
      "ssl.keystore.key",
      "ssl.keystore.certificate.chain",
      "ssl.truststore.location",
      "ssl.truststore.certificates",
    ],
    turnsOn: isSet,
    part: "TLS",
    remedy: `remove the key, and ${PLAINTEXT_REMEDY}`,
  },
  {
    // Files with passwords, as variables of the container image name them.
    keys: ["ssl.key.credentials", "ssl.keystore.credentials", "ssl.truststore.credentials"],
    turnsOn: isSet,
    part: "TLS",
    remedy: `remove the key, and ${PLAINTEXT_REMEDY}`,
  },
  {
    keys: ["ssl.client.auth"],
    turnsOn: (text) => isSet(text) && text.trim() !== "none",
    part: "TLS",
    remedy: `set it to none, and ${PLAINTEXT_REMEDY}`,
  },
  {
    keys: ["security.inter.broker.protocol"],
    turnsOn: (text) => isUnbuiltProtocol(text.trim().toUpperCase()),
    part: "TLS or SASL",
    remedy: "set it to PLAINTEXT, on a network of the nodes' own",
  },
  {
    keys: ["delegation.token.secret.key", "delegation.token.master.key"],
    turnsOn: isSet,
    part: "delegation tokens",
    remedy: "remove the key",
  },
];

const UNBUILT_PROTOCOLS = new Set(["SSL", "SASL_PLAINTEXT", "SASL_SSL"]);

/** Whether listeners of this protocol cannot be opened yet. */
export function isUnbuiltProtocol(protocol: string): boolean {
  return UNBUILT_PROTOCOLS.has(protocol);
}

/** The row that forbids this setting, if one does. `name` is without the prefix of a listener. */
export function unbuilt(name: string, text: string): UnbuiltKey | undefined {
  return UNBUILT_KEYS.find(({ keys, turnsOn }) => keys.includes(name) && turnsOn(text));
}
