variable "name" {
  description = "The function's real name."
  type        = string
  validation {
    condition     = can(regex("^[a-zA-Z0-9_-]{1,64}$", var.name))
    error_message = "A function's name holds 1 to 64 letters, digits, dashes and underscores: shorten name_prefix or the name in terraform/functions.json."
  }
}

variable "description" {
  description = "What the function does, in one sentence."
  type        = string
}

variable "zip_path" {
  description = "The built zip, with handler.mjs in it."
  type        = string
  validation {
    condition     = fileexists(var.zip_path)
    error_message = "The zip is not there: build the packages first (npx --yes pnpm@12 build)."
  }
}

variable "runtime" {
  description = "Lambda runtime."
  type        = string
  default     = "nodejs22.x"
  validation {
    condition     = var.runtime == "nodejs22.x"
    error_message = "The bundles are built for Node.js 22, and the provider knows no later one: leave the runtime at nodejs22.x."
  }
}

variable "architecture" {
  description = "Processor architecture: arm64 or x86_64."
  type        = string
  default     = "arm64"
  validation {
    condition     = contains(["arm64", "x86_64"], var.architecture)
    error_message = "Choose arm64 or x86_64; arm64 costs a fifth less."
  }
}

variable "memory_mb" {
  description = "Memory in MB; processor time grows with it."
  type        = number
  validation {
    condition     = var.memory_mb >= 128 && var.memory_mb <= 10240
    error_message = "Lambda takes 128 to 10240 MB: correct memory_mb in terraform/functions.json."
  }
}

variable "timeout_s" {
  description = "Seconds after which an invocation is ended."
  type        = number
  validation {
    condition     = var.timeout_s >= 1 && var.timeout_s <= 900
    error_message = "Lambda takes 1 to 900 seconds: correct timeout_s in terraform/functions.json."
  }
}

variable "environment" {
  description = "Environment variables."
  type        = map(string)
  default     = {}
}

variable "permissions" {
  description = "What the code may do: a list of actions with the resources they are for."
  type        = list(object({ actions = list(string), resources = list(string) }))
  default     = []
  validation {
    condition     = alltrue(flatten([for p in var.permissions : [for action in p.actions : !strcontains(action, "*")]]))
    error_message = "Permissions name each action: replace the * by the actions that the function calls."
  }
  validation {
    condition     = !contains(flatten(var.permissions[*].resources), "*")
    error_message = "Permissions name each resource: replace the * by the ARNs that the function uses."
  }
}

variable "network" {
  description = "Subnets and security groups to run in; null runs the function outside the VPC."
  type        = object({ subnet_ids = list(string), security_group_ids = list(string) })
  default     = null
}

variable "reserved_concurrency" {
  description = "How many invocations may run at once, kept free for this function; -1 for no bound of its own."
  type        = number
  default     = -1
  validation {
    condition     = var.reserved_concurrency >= -1
    error_message = "Give -1 for no bound, 0 to stop the function, or how many may run at once."
  }
}

variable "provisioned_concurrency" {
  description = "How many execution environments are kept warm."
  type        = number
  default     = 0
  validation {
    condition     = var.provisioned_concurrency >= 0
    error_message = "Give 0 for none, or how many environments to keep warm."
  }
}

variable "tracing" {
  description = "Whether X-Ray traces invocations."
  type        = bool
  default     = true
}

variable "log_retention_days" {
  description = "Days that logs are kept."
  type        = number
  default     = 365
}

variable "kms_key_arn" {
  description = "Customer-managed key for logs and environment; null leaves them under AWS's keys."
  type        = string
  default     = null
}
