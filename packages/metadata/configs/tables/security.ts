// Access control, TLS, delegation tokens and quotas. Logging in is in sasl.ts; which of these
// refuse to start a node, since what they turn on is not built yet, is in not_built_yet.ts.

import { boolean, int, javaClass, list, long, password, string, table } from "../definition.ts";
import { notNull } from "../validity.ts";

export const SECURITY = table({
  // Who may do what.
  "authorizer.class.name": string("", { validity: notNull, importance: "low" },
    "Turns access control lists on; Kafka's class names all mean the built-in ones."),
  "super.users": string(null, { internal: true, sensitive: true },
    "Principals that may do everything, separated by semicolons."),
  "allow.everyone.if.no.acl.found": boolean(false, { internal: true, sensitive: true },
    "Whether a resource without any access control list is open to all."),
  "principal.builder.class": javaClass(
    "org.apache.kafka.common.security.authenticator.DefaultKafkaPrincipalBuilder",
    { scope: "per-broker" },
    "No effect: the Java class that would name the principal of a connection."),

  // TLS.
  "ssl.keystore.location": string(null, { scope: "per-broker" },
    "File with the key and certificates of this node."),
  "ssl.keystore.password": password(null, { scope: "per-broker" }, "Password of that file."),
  "ssl.keystore.type": string("JKS", { scope: "per-broker" },
    "Format of that file: PEM or PKCS12."),
  "ssl.keystore.key": password(null, { scope: "per-broker" },
    "Private key of this node as PEM text."),
  "ssl.keystore.certificate.chain": password(null, { scope: "per-broker" },
    "Certificates of this node as PEM text."),
  "ssl.key.password": password(null, { scope: "per-broker" }, "Password of the private key."),
  "ssl.truststore.location": string(null, { scope: "per-broker" },
    "File with the certificates of those who may sign others."),
  "ssl.truststore.password": password(null, { scope: "per-broker" }, "Password of that file."),
  "ssl.truststore.type": string("JKS", { scope: "per-broker" },
    "Format of that file: PEM or PKCS12."),
  "ssl.truststore.certificates": password(null, { scope: "per-broker" },
    "Trusted certificates as PEM text."),
  "ssl.client.auth": string("none",
    { oneOf: ["required", "requested", "none"], scope: "per-broker" },
    "Whether clients must, may or need not show a certificate."),
  "ssl.enabled.protocols": list(["TLSv1.2", "TLSv1.3"], { scope: "per-broker" },
    "Versions of TLS that are spoken."),
  "ssl.protocol": string("TLSv1.3", { scope: "per-broker" },
    "The version of TLS that is preferred."),
  "ssl.cipher.suites": list([], { scope: "per-broker" },
    "Ciphers that are allowed; empty: those of the platform."),
  "ssl.endpoint.identification.algorithm": string("https",
    { importance: "low", scope: "per-broker" },
    "How a node checks another's host name against its certificate; empty: not at all."),
  "ssl.principal.mapping.rules": string("DEFAULT", { importance: "low" },
    "Rules that shorten the name in a client's certificate to a principal."),
  "ssl.allow.dn.changes": boolean(false, { importance: "low" },
    "Whether a certificate that is replaced at run time may name another subject."),
  "ssl.allow.san.changes": boolean(false, { importance: "low" },
    "Whether a certificate that is replaced at run time may name other hosts."),
  "ssl.engine.factory.class": javaClass(null, { importance: "low", scope: "per-broker" },
    "No effect: the Java class that would speak TLS."),
  "ssl.keymanager.algorithm": string("SunX509", { scope: "per-broker" },
    "No effect: how Java would choose its key."),
  "ssl.trustmanager.algorithm": string("PKIX", { scope: "per-broker" },
    "No effect: how Java would check certificates."),
  "ssl.provider": string(null, { scope: "per-broker" },
    "No effect: the Java library that would speak TLS."),
  "ssl.secure.random.implementation": string(null, { importance: "low", scope: "per-broker" },
    "No effect: the random numbers that Java would use."),
  "security.providers": string(null, { importance: "low" },
    "No effect: Java classes that would add algorithms."),

  // Delegation tokens.
  "delegation.token.secret.key": password(null, {},
    "Secret that tokens are signed with, the same on every node; unset, there are none."),
  "delegation.token.max.lifetime.ms": long(604_800_000, { min: 1 },
    "Age, in ms, beyond which a token cannot be renewed."),
  "delegation.token.expiry.time.ms": long(86_400_000, { min: 1 },
    "Time, in ms, after which a token must be renewed."),
  "delegation.token.expiry.check.interval.ms": long(3_600_000, { min: 1, importance: "low" },
    "How often, in ms, expired tokens are removed."),

  // Quotas.
  "quota.window.num": int(11, { min: 1, importance: "low" },
    "How many samples the use of a client is measured over."),
  "quota.window.size.seconds": int(1, { min: 1, importance: "low" },
    "Length, in s, of a sample of a client's use."),
  "controller.quota.window.num": int(11, { min: 1, importance: "low" },
    "How many samples a client's changes of topics are measured over."),
  "controller.quota.window.size.seconds": int(1, { min: 1, importance: "low" },
    "Length, in s, of a sample of a client's changes of topics."),
  "client.quota.callback.class": javaClass(null, { importance: "low" },
    "No effect: the Java class that would decide on quotas."),

  // Values from elsewhere.
  "config.providers": list([], { importance: "low", scope: "both" },
    "Names of Java classes that would fetch values from elsewhere; refused, as no Java runs " +
      "here."),
});
