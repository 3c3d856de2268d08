variable "name" {
  description = "Put before the names of what is made."
  type        = string
  validation {
    condition     = length(var.name) <= 28
    error_message = "Load balancers' names have at most 32 characters: shorten the name to 28."
  }
}

variable "vpc_id" {
  description = "The VPC."
  type        = string
}

variable "private_subnet_ids" {
  description = "Private subnets in at least two availability zones."
  type        = list(string)
  validation {
    condition     = length(distinct(var.private_subnet_ids)) >= 2
    error_message = "The load balancer needs two availability zones: give two private subnets or more."
  }
}

variable "security_group_ids" {
  description = "Security groups of the VPC link, the load balancer and the tasks."
  type        = object({ vpc_link = string, alb = string, service = string })
}

variable "listener_port" {
  description = "Port of the load balancer."
  type        = number
  default     = 80
}

variable "container_port" {
  description = "Port that the container listens on."
  type        = number
  default     = 8000
}

variable "tls" {
  description = "Certificate (ACM) and the host name that it is for; with them the load balancer speaks TLS only. null for HTTP inside the VPC."
  type        = object({ certificate_arn = string, host_name = string })
  default     = null
  validation {
    condition     = var.tls == null ? true : startswith(var.tls.certificate_arn, "arn:") && can(regex("^[a-z0-9-]+(\\.[a-z0-9-]+)+$", var.tls.host_name))
    error_message = "tls needs the ARN of a certificate and the host name it is for, such as query.internal.example.com: correct them."
  }
}

variable "image" {
  description = "Image to run; null takes the one that scripts/src/deploy-ecs.ts deployed last."
  type        = string
  default     = null
}

variable "task_definition_revision" {
  description = "An earlier revision of the task definition to run, for going back; null runs the newest."
  type        = number
  default     = null
  validation {
    condition     = var.task_definition_revision == null ? true : var.task_definition_revision >= 1 && floor(var.task_definition_revision) == var.task_definition_revision
    error_message = "Revisions count from 1: give the one to go back to, or null for the newest."
  }
}

variable "cpu" {
  description = "CPU units of a task; 1024 are one processor."
  type        = number
  default     = 256
}

variable "memory_mb" {
  description = "Memory of a task in MB."
  type        = number
  default     = 512
  validation {
    condition     = contains(lookup({ 256 = [512, 1024, 2048], 512 = [1024, 2048, 3072, 4096], 1024 = [2048, 3072, 4096, 5120, 6144, 7168, 8192] }, var.cpu, []), var.memory_mb)
    error_message = "Fargate pairs 256 CPU units with 512, 1024 or 2048 MB, 512 with 1024 to 4096, 1024 with 2048 to 8192: choose such a pair."
  }
}

variable "architecture" {
  description = "Processor architecture of the image: ARM64 or X86_64."
  type        = string
  default     = "ARM64"
  validation {
    condition     = contains(["ARM64", "X86_64"], var.architecture)
    error_message = "Choose ARM64 or X86_64, as the image is built."
  }
}

variable "tasks" {
  description = "How many tasks run: at first and at least, and at most."
  type        = object({ minimum = number, maximum = number })
  default     = { minimum = 2, maximum = 10 }
  validation {
    condition     = var.tasks.minimum >= 1 && var.tasks.maximum >= var.tasks.minimum
    error_message = "Run one task or more, and at most as many as tasks.maximum: raise tasks.maximum or lower tasks.minimum."
  }
}

variable "cpu_target_percent" {
  description = "Average CPU use that the number of tasks is adapted to."
  type        = number
  default     = 60
  validation {
    condition     = var.cpu_target_percent >= 10 && var.cpu_target_percent <= 90
    error_message = "Give a target between 10 and 90 percent; above, there is no room left for a burst."
  }
}

variable "query_function_arn" {
  description = "Alias of query-result-lambda, all that the service may call."
  type        = string
}

variable "internal_api" {
  description = "The private API: URL of its stage, and its authorization, ARN and stage."
  type        = object({ url = string, authorization = string, execution_arn = string, stage = string })
}

variable "users_api" {
  description = "The users' private API as the console shows its users; null without. Whoever reaches the service then reads them."
  type        = object({ url = string, authorization = string, execution_arn = string, stage = string })
  default     = null
}

variable "request_timeout_s" {
  description = "Seconds in which an upstream must have answered."
  type        = number
  default     = 5
}

variable "log_level" {
  description = "Log level of the service: trace, debug, info, warn, error."
  type        = string
  default     = "info"
}

variable "log_retention_days" {
  description = "Days that logs are kept."
  type        = number
  default     = 365
}

variable "access_log_retention_days" {
  description = "Days that the load balancer's access logs are kept."
  type        = number
  default     = 90
}

variable "kms_key_arn" {
  description = "Customer-managed key for logs, images and parameters; null leaves them under AWS's keys."
  type        = string
  default     = null
}

variable "deletion_protection" {
  description = "Whether the load balancer, images and access logs are kept from deletion."
  type        = bool
  default     = true
}
