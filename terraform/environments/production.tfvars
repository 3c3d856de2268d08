# With vpc_id and private_subnet_ids this is all that production needs.
environment = "production"

deletion_protection    = true
point_in_time_recovery = true
customer_managed_key   = true
log_retention_days     = 365

# What writes and what reads must not take each other's concurrency.
reserved_concurrency = {
  "stream-processor-lambda" = 100
  "query-lambda"            = 100
  "query-result-lambda"     = 200
}
provisioned_concurrency = {
  "query-result-lambda" = 2
}

query_service_tasks = { minimum = 2, maximum = 10 }

contributor_insights = true
trace_sampling       = 0.05
