// sarama: writes records, or reads them as a member of a group until it is told to stop.
package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"
	"sync"
	"time"

	"github.com/IBM/sarama"
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

var codecs = map[string]sarama.CompressionCodec{
	"none":   sarama.CompressionNone,
	"gzip":   sarama.CompressionGZIP,
	"snappy": sarama.CompressionSnappy,
	"lz4":    sarama.CompressionLZ4,
	"zstd":   sarama.CompressionZSTD,
}

func settings() *sarama.Config {
	config := sarama.NewConfig()
	config.Version = sarama.V3_6_0_0
	config.Metadata.Retry.Max = 100
	return config
}

func produce(broker, topic, codec string, from, count int) {
	config := settings()
	config.Producer.Return.Successes = true
	config.Producer.Idempotent = true
	config.Producer.RequiredAcks = sarama.WaitForAll
	config.Net.MaxOpenRequests = 1
	config.Producer.Retry.Max = 300
	config.Producer.Retry.Backoff = 200 * time.Millisecond
	config.Producer.Compression = codecs[codec]
	producer, err := sarama.NewSyncProducer([]string{broker}, config)
	check(err)
	for i := from; i < from+count; i += 500 {
		var batch []*sarama.ProducerMessage
		for n := i; n < min(i+500, from+count); n++ {
			batch = append(batch, &sarama.ProducerMessage{
				Topic:   topic,
				Key:     sarama.StringEncoder(fmt.Sprintf("k%d", n%50)),
				Value:   sarama.StringEncoder(fmt.Sprintf("v%d", n)),
				Headers: []sarama.RecordHeader{{Key: []byte("n"), Value: []byte(strconv.Itoa(n))}},
			})
		}
		check(producer.SendMessages(batch))
	}
	check(producer.Close())
}

type handler struct {
	mutex sync.Mutex
}

func (h *handler) Setup(sarama.ConsumerGroupSession) error   { return nil }
func (h *handler) Cleanup(sarama.ConsumerGroupSession) error { return nil }
func (h *handler) ConsumeClaim(session sarama.ConsumerGroupSession, claim sarama.ConsumerGroupClaim) error {
	for {
		select {
		case m, ok := <-claim.Messages():
			if !ok {
				return nil
			}
			h.mutex.Lock()
			fmt.Printf("r %d %d %s %s %s\n", m.Partition, m.Offset, m.Key, m.Value, m.Headers[0].Value)
			h.mutex.Unlock()
			session.MarkMessage(m, "")
		case <-session.Context().Done():
			return nil
		}
	}
}

func consume(broker, topic, name string) {
	config := settings()
	config.Consumer.Offsets.Initial = sarama.OffsetOldest
	config.Consumer.Offsets.AutoCommit.Interval = 500 * time.Millisecond
	config.Consumer.Group.Heartbeat.Interval = 500 * time.Millisecond
	config.Consumer.Group.Session.Timeout = 10 * time.Second
	config.Consumer.Group.Rebalance.Retry.Max = 100
	group, err := sarama.NewConsumerGroup([]string{broker}, name, config)
	check(err)
	ctx, stop := context.WithCancel(context.Background())
	go func() {
		bufio.NewReader(os.Stdin).ReadString('\n')
		stop()
	}()
	for ctx.Err() == nil {
		err := group.Consume(ctx, []string{topic}, &handler{})
		if errors.Is(err, sarama.ErrClosedConsumerGroup) {
			break
		}
		// The node may be away for a while.
		if err != nil {
			time.Sleep(200 * time.Millisecond)
		}
	}
	check(group.Close())
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
