variable "name" {
  description = "Name of the consuming function; the queue is called after it."
  type        = string
}

variable "function_arn" {
  description = "ARN of the alias that takes the batches."
  type        = string
}

variable "role_name" {
  description = "Role of the function, which gets the stream's permissions."
  type        = string
}

variable "stream_arn" {
  description = "ARN of the table's stream."
  type        = string
}

variable "event_source" {
  description = "How the stream is read, as event_source in terraform/functions.json."
  type = object({
    starting_position      = string
    batch_size             = number
    batching_window_s      = number
    tumbling_window_s      = optional(number)
    parallelization_factor = number
    bisect_batch_on_error  = bool
    maximum_retry_attempts = number
    maximum_record_age_s   = number
  })

  validation {
    condition     = var.event_source.starting_position == "TRIM_HORIZON"
    error_message = "Start at TRIM_HORIZON: LATEST skips what is written while the mapping is made or changed."
  }
  validation {
    condition     = var.event_source.batch_size >= 1 && var.event_source.batch_size <= 10000
    error_message = "Lambda takes 1 to 10000 records a batch: correct batch_size in terraform/functions.json."
  }
  validation {
    condition     = var.event_source.parallelization_factor >= 1 && var.event_source.parallelization_factor <= 10
    error_message = "Lambda takes 1 to 10 batches of a shard at once: correct parallelization_factor in terraform/functions.json."
  }
  validation {
    condition     = var.event_source.batching_window_s >= 0 && var.event_source.batching_window_s <= 300
    error_message = "Lambda waits 0 to 300 seconds for a batch: correct batching_window_s in terraform/functions.json."
  }
  validation {
    condition     = var.event_source.maximum_retry_attempts == -1
    error_message = "Trouble that passes uses up any number of attempts, and what cannot be projected is in quarantine after the first: give maximum_retry_attempts -1 in terraform/functions.json, and bound the age of the records."
  }
  validation {
    condition     = var.event_source.tumbling_window_s == null ? true : var.event_source.tumbling_window_s >= 1 && var.event_source.tumbling_window_s <= 900 && var.event_source.parallelization_factor == 1
    error_message = "A tumbling window has 1 to 900 seconds, and Lambda takes it only with one batch of a shard at once: correct tumbling_window_s or parallelization_factor in terraform/functions.json."
  }
  validation {
    condition     = var.event_source.maximum_record_age_s >= 60 && var.event_source.maximum_record_age_s <= 82800
    error_message = "A stream forgets records after a day, and what it forgot is not kept as given up: give maximum_record_age_s 60 to 82800 in terraform/functions.json."
  }
}

variable "given_up_bucket" {
  description = "Bucket that given-up batches are kept in, whole."
  type        = object({ name = string, arn = string })
}

variable "kms_key_arn" {
  description = "Customer-managed key for the queue; null leaves it under the key that SQS owns."
  type        = string
  default     = null
}
