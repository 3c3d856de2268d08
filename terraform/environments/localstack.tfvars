# LocalStack's free edition: plain names as the documents use them, and the query service beside it.
environment = "localstack"
platform    = "localstack"
region      = "us-east-1"
name_prefix = ""

query_service_url = "http://127.0.0.1:8000"

deletion_protection    = false
point_in_time_recovery = false
customer_managed_key   = false
log_retention_days     = 1
gateway_endpoints      = []
