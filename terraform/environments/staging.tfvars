# As production in kind, smaller in size, and free to be destroyed.
environment = "staging"

deletion_protection    = false
point_in_time_recovery = true
customer_managed_key   = true
log_retention_days     = 30

query_service_tasks  = { minimum = 1, maximum = 2 }
log_level            = "DEBUG"
trace_sampling       = 1
api_fail_on_warnings = true
