output "apis" {
  description = "REST APIs by name: id, stage, and URL from inside the VPC."
  value       = { for name, api in module.apis : name => { id = api.id, stage = api.stage_name, url = api.url } }
}

output "tables" {
  description = "Real table names by their name in tables.json."
  value       = module.tables.names
}

output "functions" {
  description = "Real function names by their name in functions.json."
  value       = { for name, function in module.functions : name => function.name }
}

output "on_failure_queues" {
  description = "URLs of the queues that tell of given-up stream batches, by function."
  value       = { for name, consumer in module.consumers : name => consumer.on_failure_queue_url }
}

output "given_up_bucket" {
  description = "Bucket of given-up stream batches, which `notify redrive --given-up` takes in again."
  value       = module.given_up_batches.bucket.name
}

output "query_service" {
  description = "What `deploy-ecs` needs; null when the service runs elsewhere."
  value = one([
    for service in module.query_service : {
      cluster         = service.cluster_name
      service         = service.service_name
      task_family     = service.task_family
      repository_url  = service.repository_url
      image_parameter = service.image_parameter
      api_url         = module.apis["notifications"].url
      # With AWS_IAM, deploy-ecs signs what it asks.
      api_authorization = var.api_authorization
    }
  ])
}

output "alarm_topic_arn" {
  description = "Topic that every alarm is sent to."
  value       = module.observability.topic_arn
}

output "dashboard" {
  description = "CloudWatch dashboard."
  value       = module.observability.dashboard_name
}
