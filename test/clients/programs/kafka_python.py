"""kafka-python: writes records, or reads them as a member of a group until it is told to stop."""

import sys
import threading

from kafka import KafkaConsumer, KafkaProducer
from kafka.errors import KafkaError

role, broker, topic, *rest = sys.argv[1:]


def produce(codec, start, count):
    producer = KafkaProducer(
        bootstrap_servers=broker,
        compression_type=None if codec == "none" else codec,
        acks="all",
        retries=1000,
        retry_backoff_ms=200,
        max_in_flight_requests_per_connection=1,
    )
    sent = [
        producer.send(
            topic, key=b"k%d" % (i % 50), value=b"v%d" % i, headers=[("n", b"%d" % i)]
        )
        for i in range(start, start + count)
    ]
    producer.flush()
    for one in sent:
        one.get(timeout=120)
    producer.close()


def consume(group):
    consumer = KafkaConsumer(
        topic,
        bootstrap_servers=broker,
        group_id=group,
        auto_offset_reset="earliest",
        auto_commit_interval_ms=500,
        heartbeat_interval_ms=500,
        session_timeout_ms=10000,
    )
    over = threading.Event()
    threading.Thread(target=lambda: (sys.stdin.readline(), over.set()), daemon=True).start()
    while not over.is_set():
        for records in polled(consumer).values():
            for one in records:
                text = [part.decode() for part in (one.key, one.value, one.headers[0][1])]
                print("r", one.partition, one.offset, *text)
        sys.stdout.flush()
    consumer.close()


def polled(consumer):
    """Since version 3, poll() raises where no broker is there, and says that it may be repeated."""
    try:
        return consumer.poll(timeout_ms=200)
    except KafkaError as error:
        if not error.retriable:
            raise
        return {}


if role == "produce":
    produce(rest[0], int(rest[1]), int(rest[2]))
else:
    consume(rest[0])
