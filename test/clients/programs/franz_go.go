// franz-go: writes records, or reads them as a member of a group until it is told to stop.
package main

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"strconv"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"
)

func main() {
	role, broker, topic, rest := os.Args[1], os.Args[2], os.Args[3], os.Args[4:]
	if role == "produce" {
		from, _ := strconv.Atoi(rest[1])
		count, _ := strconv.Atoi(rest[2])
		produce(broker, topic, rest[0], from, count)
		return
	}
	consume(broker, topic, rest[0])
}

var codecs = map[string]kgo.CompressionCodec{
	"none":   kgo.NoCompression(),
	"gzip":   kgo.GzipCompression(),
	"snappy": kgo.SnappyCompression(),
	"lz4":    kgo.Lz4Compression(),
	"zstd":   kgo.ZstdCompression(),
}

func produce(broker, topic, codec string, from, count int) {
	client, err := kgo.NewClient(kgo.SeedBrokers(broker), kgo.ProducerBatchCompression(codecs[codec]))
	check(err)
	defer client.Close()
	records := make([]*kgo.Record, count)
	for i := range records {
		n := from + i
		records[i] = &kgo.Record{
			Topic:   topic,
			Key:     []byte(fmt.Sprintf("k%d", n%50)),
			Value:   []byte(fmt.Sprintf("v%d", n)),
			Headers: []kgo.RecordHeader{{Key: "n", Value: []byte(strconv.Itoa(n))}},
		}
	}
	check(client.ProduceSync(context.Background(), records...).FirstErr())
}

func consume(broker, topic, group string) {
	client, err := kgo.NewClient(
		kgo.SeedBrokers(broker),
		kgo.ConsumerGroup(group),
		kgo.ConsumeTopics(topic),
		kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()),
		kgo.AutoCommitInterval(500*time.Millisecond),
		kgo.HeartbeatInterval(500*time.Millisecond),
		kgo.SessionTimeout(10*time.Second),
	)
	check(err)
	ctx, stop := context.WithCancel(context.Background())
	go func() {
		bufio.NewReader(os.Stdin).ReadString('\n')
		stop()
	}()
	out := bufio.NewWriter(os.Stdout)
	for ctx.Err() == nil {
		client.PollFetches(ctx).EachRecord(func(r *kgo.Record) {
			fmt.Fprintf(out, "r %d %d %s %s %s\n", r.Partition, r.Offset, r.Key, r.Value, r.Headers[0].Value)
		})
		out.Flush()
	}
	check(client.CommitUncommittedOffsets(context.Background()))
	client.Close()
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
