variable "name" {
  description = "Put before the names of what is made."
  type        = string
}

variable "functions" {
  description = "Functions to watch, by logical name: real name, seconds of its timeout, whether it puts records into quarantine."
  type = map(object({
    name        = string
    timeout_s   = number
    quarantines = bool
  }))
}

variable "streams" {
  description = "Stream consumers to watch, by logical name of the function: real function name and name of the queue of given-up batches."
  type        = map(object({ function_name = string, queue_name = string }))
}

variable "tables" {
  description = "Tables to watch, by logical name: real name, and names of the indexes."
  type        = map(object({ name = string, indexes = list(string) }))
}

variable "apis" {
  description = "REST APIs to watch: name and stage by logical name."
  type        = map(object({ name = string, stage = string }))
}

variable "service" {
  description = "The query service to watch; null when it runs elsewhere."
  type = object({
    cluster       = string
    name          = string
    load_balancer = string
    target_group  = string
    minimum_tasks = number
  })
  default = null
}

variable "thresholds" {
  description = "What is too much, or too little."
  type = object({
    api_error_ratio         = optional(number, 0.01)
    api_latency_p99_ms      = optional(number, 1000)
    function_duration_ratio = optional(number, 0.8)
    function_errors         = optional(number, 0)
    function_throttles      = optional(number, 0)
    quarantined             = optional(number, 0)
    service_cpu_percent     = optional(number, 85)
    service_errors          = optional(number, 5)
    service_latency_p99_s   = optional(number, 0.5)
    service_memory_percent  = optional(number, 85)
    stream_lag_ms           = optional(number, 60000)
    table_throttles         = optional(number, 0)
  })
  default = {}
  validation {
    condition     = alltrue([for _, value in var.thresholds : value >= 0])
    error_message = "A threshold below 0 would always or never be crossed: give 0 or more."
  }
  validation {
    condition     = var.thresholds.api_error_ratio <= 1 && var.thresholds.function_duration_ratio <= 1
    error_message = "Ratios are parts of 1: give api_error_ratio and function_duration_ratio between 0 and 1."
  }
  validation {
    condition     = var.thresholds.stream_lag_ms < 86400000
    error_message = "A stream keeps records for a day, so this alarm would come after they are lost: give stream_lag_ms under 86400000."
  }
}

variable "alarm_emails" {
  description = "Addresses that alarms are sent to; each has to confirm once."
  type        = set(string)
  default     = []
  validation {
    condition     = alltrue([for address in var.alarm_emails : can(regex("^[^@ ]+@[^@ ]+\\.[^@ ]+$", address))])
    error_message = "An address in alarm_emails is not one: give addresses such as team@example.com."
  }
}

variable "trace_sampling" {
  description = "Part of the requests that X-Ray traces beside one a second; null leaves the account's rules alone."
  type        = number
  default     = 0.05
  validation {
    condition     = var.trace_sampling == null ? true : var.trace_sampling >= 0 && var.trace_sampling <= 1
    error_message = "Give a part between 0 and 1, or null."
  }
}

variable "kms_key_arn" {
  description = "Customer-managed key for the topic; null leaves it under the encryption that SNS always has."
  type        = string
  default     = null
}
