"""confluent-kafka: writes records, or reads them as a member of a group until it is told to stop."""

import sys
import threading

from confluent_kafka import Consumer, Producer

role, broker, topic, *rest = sys.argv[1:]


def produce(codec, start, count):
    producer = Producer(
        {
            "bootstrap.servers": broker,
            "compression.codec": codec,
            "enable.idempotence": True,
            "message.timeout.ms": 120000,
        }
    )
    failures = []

    def delivered(error, _):
        if error is not None:
            failures.append(str(error))

    for i in range(start, start + count):
        producer.produce(
            topic, key=f"k{i % 50}", value=f"v{i}", headers={"n": str(i)}, on_delivery=delivered
        )
        producer.poll(0)
    producer.flush(120)
    if failures:
        sys.exit(f"{len(failures)} records failed: {failures[0]}")


def consume(group):
    consumer = Consumer(
        {
            "bootstrap.servers": broker,
            "group.id": group,
            "auto.offset.reset": "earliest",
            "auto.commit.interval.ms": 500,
            "heartbeat.interval.ms": 500,
            "session.timeout.ms": 10000,
        }
    )
    consumer.subscribe([topic])
    over = threading.Event()
    threading.Thread(target=lambda: (sys.stdin.readline(), over.set()), daemon=True).start()
    while not over.is_set():
        for one in consumer.consume(500, 0.2):
            if one.error() is not None:
                continue
            text = [part.decode() for part in (one.key(), one.value(), one.headers()[0][1])]
            print("r", one.partition(), one.offset(), *text)
        sys.stdout.flush()
    consumer.close()


if role == "produce":
    produce(rest[0], int(rest[1]), int(rest[2]))
else:
    consume(rest[0])
