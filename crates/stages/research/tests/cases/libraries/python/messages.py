import boto3, pika
from celery import Celery, shared_task
from kafka import KafkaConsumer, KafkaProducer
from confluent_kafka import Producer
celery = Celery("tasks", broker="amqp://rabbit")

@celery.task(name="mail")
def mail(): ...

mail.delay(1)
KafkaConsumer("orders", bootstrap_servers=["kafka:9092"])
producer = KafkaProducer(bootstrap_servers="kafka:9092")
producer.send("payments", b"")
other = Producer({"bootstrap.servers": "kafka:9092"})
other.produce("events", value=b"")
connection = pika.BlockingConnection(pika.ConnectionParameters(host="rabbit"))
channel = connection.channel()
channel.basic_publish(exchange="", routing_key="mail", body=b"")
channel.basic_consume(queue="mail", on_message_callback=work)
sqs = boto3.client("sqs")
sqs.send_message(QueueUrl="https://sqs/q", MessageBody="")
