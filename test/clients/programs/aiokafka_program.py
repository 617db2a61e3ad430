"""aiokafka: writes records, or reads them as a member of a group until it is told to stop."""

import asyncio
import sys

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

role, broker, topic, *rest = sys.argv[1:]


async def produce(codec, start, count):
    producer = AIOKafkaProducer(
        bootstrap_servers=broker,
        compression_type=None if codec == "none" else codec,
        enable_idempotence=True,
        request_timeout_ms=120000,
    )
    await producer.start()
    sent = [
        await producer.send(
            topic, key=b"k%d" % (i % 50), value=b"v%d" % i, headers=[("n", b"%d" % i)]
        )
        for i in range(start, start + count)
    ]
    await asyncio.gather(*sent)
    await producer.stop()


async def consume(group):
    consumer = AIOKafkaConsumer(
        topic,
        bootstrap_servers=broker,
        group_id=group,
        auto_offset_reset="earliest",
        auto_commit_interval_ms=500,
        heartbeat_interval_ms=500,
        session_timeout_ms=10000,
    )
    await consumer.start()
    over = asyncio.get_running_loop().run_in_executor(None, sys.stdin.readline)
    while not over.done():
        for records in (await consumer.getmany(timeout_ms=200)).values():
            for one in records:
                text = [part.decode() for part in (one.key, one.value, one.headers[0][1])]
                print("r", one.partition, one.offset, *text)
        sys.stdout.flush()
    await consumer.stop()


if role == "produce":
    asyncio.run(produce(rest[0], int(rest[1]), int(rest[2])))
else:
    asyncio.run(consume(rest[0]))
