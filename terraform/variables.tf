# ------------------------------------------------------------------ where

variable "vpc_id" {
  description = "The VPC to deploy into."
  type        = string
}

variable "private_subnet_ids" {
  description = "Private subnets of that VPC, in two availability zones or more."
  type        = list(string)
  validation {
    condition     = length(var.private_subnet_ids) > 0
    error_message = "No subnet is given: set private_subnet_ids to two or more private subnets, each in its own availability zone."
  }
  validation {
    condition     = length(distinct(var.private_subnet_ids)) != 1
    error_message = "One subnet is not enough, since the load balancer needs two availability zones: add a private subnet in another zone to private_subnet_ids."
  }
}

variable "region" {
  description = "AWS region."
  type        = string
  default     = "ap-southeast-1"
  validation {
    condition     = can(regex("^[a-z]{2}(-[a-z]+)+-[0-9]$", var.region))
    error_message = "A region looks like ap-southeast-1: give the one to deploy into."
  }
}

variable "environment" {
  description = "Name of the environment; part of every name, so that several fit into one account."
  type        = string
  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,20}$", var.environment))
    error_message = "environment holds 2 to 21 lower-case letters, digits and dashes, such as production: choose another name."
  }
}

variable "name_prefix" {
  description = "Put before the names of tables, functions and APIs; null for `notify-<environment>-`."
  type        = string
  default     = null
  validation {
    condition     = can(regex("^[a-z0-9-]{0,30}$", coalesce(var.name_prefix, "x")))
    error_message = "name_prefix holds lower-case letters, digits and dashes, at most 30: choose another."
  }
}

variable "tags" {
  description = "Tags for everything, beside Project, Environment and ManagedBy."
  type        = map(string)
  default     = {}
}

variable "platform" {
  description = "What serves the AWS APIs: `aws`, or `localstack`, whose free edition has no load balancers, ECS, ECR, Cloud Map, autoscaling, X-Ray nor contributor insights."
  type        = string
  default     = "aws"
  validation {
    condition     = contains(["aws", "localstack"], var.platform)
    error_message = "platform is aws or localstack: choose one of them."
  }
}

variable "query_service_url" {
  description = "Where the query service runs when this configuration does not run it, which is so on LocalStack: the API's routes go there by plain HTTP. null on AWS."
  type        = string
  default     = null
  validation {
    condition     = (var.query_service_url != null) == (var.platform == "localstack")
    error_message = "On localstack give query_service_url, such as http://127.0.0.1:8000; on aws leave it null, since the service runs behind its own load balancer."
  }
  validation {
    condition     = can(regex("^https?://[^/]+$", coalesce(var.query_service_url, "http://localhost")))
    error_message = "query_service_url is a scheme, a host and a port, such as http://127.0.0.1:8000, with nothing behind: shorten it."
  }
}

variable "check_permissions" {
  description = "Whether the plan asks IAM first (iam:SimulatePrincipalPolicy) if these credentials may do what an apply does: for the first one."
  type        = bool
  default     = false
}

# ------------------------------------------------------------------ network

variable "client_cidr_blocks" {
  description = "Networks beside the VPC's own, peered or by VPN, whose hosts may call the APIs."
  type        = list(string)
  default     = []
}

variable "interface_endpoints" {
  description = "AWS services to make an interface endpoint for; leave out those that the VPC has already, or that its NAT gateway leads to."
  type        = set(string)
  default     = ["ecr.api", "ecr.dkr", "execute-api", "kms", "lambda", "logs"]
}

variable "gateway_endpoints" {
  description = "AWS services to make a gateway endpoint for; leave out those that the VPC has already, or that its NAT gateway leads to."
  type        = set(string)
  default     = ["dynamodb", "s3"]
}

variable "api_vpc_endpoint_id" {
  description = "The VPC's own endpoint for execute-api, when interface_endpoints leaves it out; else null."
  type        = string
  default     = null
  validation {
    condition     = (var.api_vpc_endpoint_id == null) == contains(var.interface_endpoints, "execute-api")
    error_message = "The private APIs need exactly one endpoint: either keep execute-api in interface_endpoints, or leave it out and give api_vpc_endpoint_id."
  }
}

variable "api_private_dns" {
  description = "Whether the endpoint of the APIs takes the names `*.execute-api.<region>.amazonaws.com` for the whole VPC. Public APIs then answer 403 to every host of the VPC; without, each API has a name through the endpoint all the same."
  type        = bool
  default     = false
}

variable "closed_endpoints" {
  description = "Whether the endpoints made here let through only this account's resources and principals. They then bind every host of the VPC that goes through them: for a VPC of its own."
  type        = bool
  default     = false
}

variable "tls" {
  description = "ACM certificate of a public authority and the host name it is for: with them the query service's load balancer speaks TLS only. null for HTTP inside the VPC."
  type        = object({ certificate_arn = string, host_name = string })
  default     = null
}

# ------------------------------------------------------------------ safety

variable "deletion_protection" {
  description = "Whether AWS refuses to delete what holds data or serves: tables, the load balancer, images, access logs. To destroy, apply with false first."
  type        = bool
  default     = true
}

variable "point_in_time_recovery" {
  description = "Whether each table can be restored to any second of the last 35 days."
  type        = bool
  default     = true
}

variable "customer_managed_key" {
  description = "Whether tables, queues, topics, logs, images and environments are under a KMS key of this account rather than AWS's own."
  type        = bool
  default     = true
}

variable "kms_key_arn" {
  description = "The key for that; null makes one. One of your own must let CloudWatch Logs, CloudWatch and, through DynamoDB, SQS, Lambda, ECR and SSM, this account's principals use it."
  type        = string
  default     = null
  validation {
    condition     = var.kms_key_arn == null ? true : var.customer_managed_key && can(regex("^arn:[a-z-]+:kms:", var.kms_key_arn))
    error_message = "kms_key_arn is the ARN of a key, and is only used with customer_managed_key = true: correct one of them."
  }
}

variable "log_retention_days" {
  description = "Days that logs are kept."
  type        = number
  default     = 365
  validation {
    condition     = contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653], var.log_retention_days)
    error_message = "CloudWatch keeps logs for 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, … days: choose one of its steps."
  }
}

# ------------------------------------------------------------------ functions

variable "packages_dir" {
  description = "Folder with <function>/dist/function.zip for each function; null for this repository's packages."
  type        = string
  default     = null
}

variable "lambda_runtime" {
  description = "Runtime of every function."
  type        = string
  default     = "nodejs22.x"
  validation {
    condition     = var.lambda_runtime == "nodejs22.x"
    error_message = "The bundles are built for Node.js 22, and the provider knows no later one: leave lambda_runtime at nodejs22.x."
  }
}

variable "lambda_architecture" {
  description = "Processor architecture of every function: arm64 or x86_64."
  type        = string
  default     = "arm64"
  validation {
    condition     = contains(["arm64", "x86_64"], var.lambda_architecture)
    error_message = "Choose arm64 or x86_64 for lambda_architecture; arm64 costs a fifth less."
  }
}

variable "log_level" {
  description = "Log level of functions and service: DEBUG, INFO, WARN, ERROR."
  type        = string
  default     = "INFO"
  validation {
    condition     = contains(["DEBUG", "INFO", "WARN", "ERROR"], var.log_level)
    error_message = "log_level is DEBUG, INFO, WARN or ERROR: choose one of them."
  }
}

variable "request_timeout_s" {
  description = "Seconds in which another service must have answered."
  type        = number
  default     = 5
  validation {
    condition     = var.request_timeout_s > 0 && var.request_timeout_s < 29
    error_message = "API Gateway waits 29 seconds: give request_timeout_s above 0 and below 29."
  }
}

variable "reserved_concurrency" {
  description = "Concurrency kept for and bounding a function, by its name in terraform/functions.json."
  type        = map(number)
  default     = {}
}

variable "provisioned_concurrency" {
  description = "Execution environments kept warm for a function, by its name in terraform/functions.json."
  type        = map(number)
  default     = {}
}

# ------------------------------------------------------------------ APIs

variable "api_stage_name" {
  description = "Stage of the APIs, the first segment of each URL's path."
  type        = string
  default     = "v1"
}

variable "api_throttle" {
  description = "Requests a second that each API takes, steadily and in a burst."
  type        = object({ rate = number, burst = number })
  default     = { rate = 500, burst = 1000 }
}

variable "api_cache" {
  description = "Cache of the APIs' GET routes: seconds that an answer may be old, and size in GB. null for none."
  type        = object({ ttl_s = number, size_gb = optional(string, "0.5") })
  default     = null
}

variable "api_authorization" {
  description = "Who may call the APIs: NONE for everybody who reaches their endpoint, AWS_IAM for principals who sign their requests."
  type        = string
  default     = "NONE"
  validation {
    condition     = contains(["NONE", "AWS_IAM"], var.api_authorization)
    error_message = "Choose NONE or AWS_IAM as api_authorization."
  }
}

variable "api_principal_org_id" {
  description = "With AWS_IAM, the organization whose principals may call; null for those of this account."
  type        = string
  default     = null
}

variable "api_fail_on_warnings" {
  description = "Whether an apply fails when API Gateway warns of something in an API's document that it does not understand; staging tries it for production."
  type        = bool
  default     = false
}

variable "api_logs_role" {
  description = "The role by which API Gateway writes logs in this account and region, made by terraform/account; null when the account has one of another making."
  type        = string
  default     = "notify-api-gateway-logs"
}

# ------------------------------------------------------------------ query service

variable "query_service_image" {
  description = "Image of the query service; null takes the one that scripts/src/deploy-ecs.ts deployed last."
  type        = string
  default     = null
}

variable "task_definition_revision" {
  description = "An earlier revision of the query service's task definition to go back to; null runs the newest."
  type        = number
  default     = null
}

variable "query_service_size" {
  description = "CPU units and memory of a task of the query service."
  type        = object({ cpu = number, memory_mb = number })
  default     = { cpu = 256, memory_mb = 512 }
}

variable "query_service_tasks" {
  description = "How many tasks of the query service run: at first and at least, and at most."
  type        = object({ minimum = number, maximum = number })
  default     = { minimum = 2, maximum = 10 }
}

variable "console_users" {
  description = "Whether the console shows the users, names and addresses included, to whoever reaches the query service. The service then asks the users' API for them."
  type        = bool
  default     = false
}

# ------------------------------------------------------------------ observability

variable "alarm_emails" {
  description = "Addresses that alarms are sent to; each has to confirm once."
  type        = set(string)
  default     = []
}

variable "alarm_thresholds" {
  description = "What is too much, or too little; see modules/observability for names and defaults."
  type        = map(number)
  default     = {}
}

variable "tracing" {
  description = "Whether X-Ray traces requests and invocations."
  type        = bool
  default     = true
}

variable "trace_sampling" {
  description = "Part of the requests that X-Ray traces beside one a second; null leaves the account's rules alone."
  type        = number
  default     = 0.05
}

variable "contributor_insights" {
  description = "Whether CloudWatch Contributor Insights shows the hottest keys of each table."
  type        = bool
  default     = false
}
