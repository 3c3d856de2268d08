variable "name" {
  description = "Put before the bucket's name."
  type        = string
}

variable "retention_days" {
  description = "Days that a batch is kept when nobody takes it in."
  type        = number
  default     = 90
}

variable "kms_key_arn" {
  description = "Customer-managed key for the bucket; null leaves it under S3's own."
  type        = string
  default     = null
}

variable "deletion_protection" {
  description = "Whether the bucket refuses to be deleted while it holds batches."
  type        = bool
  default     = true
}
