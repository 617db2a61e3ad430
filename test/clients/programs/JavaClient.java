// Kafka's own client: writes records, or reads them as a member of a group until it is told to stop.

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

public class JavaClient {
  public static void main(String[] args) throws Exception {
    if (args[0].equals("produce")) {
      produce(args[1], args[2], args[3], Integer.parseInt(args[4]), Integer.parseInt(args[5]));
    } else {
      consume(args[1], args[2], args[3]);
    }
  }

  static void produce(String broker, String topic, String codec, int from, int count)
      throws Exception {
    Properties properties = new Properties();
    properties.put("bootstrap.servers", broker);
    properties.put("compression.type", codec);
    properties.put("enable.idempotence", "true");
    properties.put("linger.ms", "5");
    try (var producer =
        new KafkaProducer<>(properties, new StringSerializer(), new StringSerializer())) {
      List<Future<?>> sent = new ArrayList<>();
      for (int i = from; i < from + count; i++) {
        var record = new ProducerRecord<>(topic, "k" + i % 50, "v" + i);
        record.headers().add("n", ("" + i).getBytes(StandardCharsets.UTF_8));
        sent.add(producer.send(record));
      }
      producer.flush();
      for (Future<?> one : sent) one.get();
    }
  }

  static void consume(String broker, String topic, String group) throws Exception {
    Properties properties = new Properties();
    properties.put("bootstrap.servers", broker);
    properties.put("group.id", group);
    properties.put("auto.offset.reset", "earliest");
    properties.put("auto.commit.interval.ms", "500");
    properties.put("heartbeat.interval.ms", "500");
    properties.put("session.timeout.ms", "10000");
    try (var consumer =
        new KafkaConsumer<>(properties, new StringDeserializer(), new StringDeserializer())) {
      consumer.subscribe(List.of(topic));
      while (System.in.available() == 0) {
        StringBuilder lines = new StringBuilder();
        for (ConsumerRecord<String, String> one : consumer.poll(Duration.ofMillis(200))) {
          String header =
              new String(one.headers().lastHeader("n").value(), StandardCharsets.UTF_8);
          lines.append(String.join(" ", "r", "" + one.partition(), "" + one.offset(), one.key(),
              one.value(), header)).append('\n');
        }
        System.out.print(lines);
        System.out.flush();
      }
    }
  }
}
