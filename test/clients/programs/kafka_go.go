// kafka-go: writes records, or reads them as a member of a group until it is told to stop.
package main

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"strconv"
	"time"

	"github.com/segmentio/kafka-go"
	"github.com/segmentio/kafka-go/compress"
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

var codecs = map[string]compress.Compression{
	"none":   compress.None,
	"gzip":   compress.Gzip,
	"snappy": compress.Snappy,
	"lz4":    compress.Lz4,
	"zstd":   compress.Zstd,
}

func produce(broker, topic, codec string, from, count int) {
	writer := &kafka.Writer{
		Addr:            kafka.TCP(broker),
		Topic:           topic,
		Balancer:        &kafka.Hash{},
		RequiredAcks:    kafka.RequireAll,
		Compression:     kafka.Compression(codecs[codec]),
		MaxAttempts:     300,
		WriteBackoffMax: 500 * time.Millisecond,
		BatchTimeout:    5 * time.Millisecond,
	}
	for i := from; i < from+count; i += 500 {
		var batch []kafka.Message
		for n := i; n < min(i+500, from+count); n++ {
			batch = append(batch, kafka.Message{
				Key:     []byte(fmt.Sprintf("k%d", n%50)),
				Value:   []byte(fmt.Sprintf("v%d", n)),
				Headers: []kafka.Header{{Key: "n", Value: []byte(strconv.Itoa(n))}},
			})
		}
		check(writer.WriteMessages(context.Background(), batch...))
	}
	check(writer.Close())
}

func consume(broker, topic, group string) {
	reader := kafka.NewReader(kafka.ReaderConfig{
		Brokers:           []string{broker},
		GroupID:           group,
		Topic:             topic,
		StartOffset:       kafka.FirstOffset,
		HeartbeatInterval: 500 * time.Millisecond,
		SessionTimeout:    10 * time.Second,
		MaxWait:           200 * time.Millisecond,
	})
	ctx, stop := context.WithCancel(context.Background())
	go func() {
		bufio.NewReader(os.Stdin).ReadString('\n')
		stop()
	}()
	for ctx.Err() == nil {
		m, err := reader.FetchMessage(ctx)
		if ctx.Err() != nil {
			break
		}
		if err != nil {
			time.Sleep(200 * time.Millisecond)
			continue
		}
		fmt.Printf("r %d %d %s %s %s\n", m.Partition, m.Offset, m.Key, m.Value, m.Headers[0].Value)
		// What is refused is read again by whoever has the partition then.
		if err := reader.CommitMessages(context.Background(), m); err != nil {
			fmt.Fprintln(os.Stderr, err)
		}
	}
	check(reader.Close())
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
