// Kafka's own client while nodes come and go: sends a record at a time, or reads as a member of a
// group, in a rack if one is named, until it is told to stop. `c began took` for each call, `f reason` for each that failed,
// `r value` for each record.

import java.time.Duration;
import java.util.List;
import java.util.Properties;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

public class RollingClient {
  static synchronized void say(String line) {
    System.out.println(line);
    System.out.flush();
  }

  public static void main(String[] args) throws Exception {
    Properties properties = new Properties();
    properties.put("bootstrap.servers", args[1]);
    if (args[0].equals("produce")) produce(properties, args[2], Integer.parseInt(args[3]));
    else {
      if (args.length > 4) properties.put("client.rack", args[4]);
      consume(properties, args[2]);
    }
  }

  static void produce(Properties properties, String topic, int everyMs) throws Exception {
    try (var producer =
        new KafkaProducer<>(properties, new StringSerializer(), new StringSerializer())) {
      for (int i = 0; System.in.available() == 0; i++) {
        long began = System.currentTimeMillis();
        producer.send(new ProducerRecord<>(topic, "k" + i, "java " + i), (metadata, error) ->
            say(error == null
                ? "c " + began + " " + (System.currentTimeMillis() - began)
                : "f " + error));
        Thread.sleep(everyMs);
      }
      producer.flush();
    }
  }

  static void consume(Properties properties, String topic) throws Exception {
    properties.put("group.id", "java");
    properties.put("auto.offset.reset", "earliest");
    try (var consumer =
        new KafkaConsumer<>(properties, new StringDeserializer(), new StringDeserializer())) {
      consumer.subscribe(List.of(topic));
      while (System.in.available() == 0) {
        for (var one : consumer.poll(Duration.ofMillis(100))) say("r " + one.value());
      }
    } catch (Exception error) {
      say("f " + error);
    }
  }
}
