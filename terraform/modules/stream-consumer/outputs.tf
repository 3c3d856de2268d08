output "on_failure_queue_name" {
  description = "Name of the queue that says that batches were given up."
  value       = aws_sqs_queue.on_failure.name
}

output "on_failure_queue_url" {
  description = "URL of that queue."
  value       = aws_sqs_queue.on_failure.url
}

output "mapping_id" {
  description = "UUID of the event source mapping."
  value       = aws_lambda_event_source_mapping.this.uuid
}
