variable "tables" {
  description = "Tables by logical name, as terraform/tables.json describes them."
  type = map(object({
    partition_key = object({ name = string, type = string })
    sort_key      = optional(object({ name = string, type = string }))
    indexes = optional(list(object({
      name          = string
      partition_key = object({ name = string, type = string })
      sort_key      = optional(object({ name = string, type = string }))
    })), [])
    stream        = optional(string)
    ttl_attribute = optional(string)
  }))

  validation {
    condition     = alltrue([for t in var.tables : t.stream == null ? true : contains(["NEW_AND_OLD_IMAGES", "NEW_IMAGE", "OLD_IMAGE", "KEYS_ONLY"], t.stream)])
    error_message = "A table's stream is null, NEW_AND_OLD_IMAGES, NEW_IMAGE, OLD_IMAGE or KEYS_ONLY: correct terraform/tables.json."
  }
  validation {
    condition = alltrue(flatten([
      for t in var.tables : [
        for key in concat([t.partition_key], t.sort_key[*], t.indexes[*].partition_key, [for i in t.indexes : i.sort_key if i.sort_key != null]) :
        contains(["S", "N", "B"], key.type)
      ]
    ]))
    error_message = "A key's type is S, N or B: correct terraform/tables.json."
  }
  validation {
    condition     = alltrue([for t in var.tables : length(t.indexes) <= 20])
    error_message = "DynamoDB allows 20 indexes a table: drop one from terraform/tables.json."
  }
}

variable "name_prefix" {
  description = "Put before each logical name to make the table's real name; may be empty."
  type        = string
  default     = ""
  validation {
    condition     = can(regex("^[a-zA-Z0-9_.-]{0,100}$", var.name_prefix))
    error_message = "name_prefix may hold letters, digits, dots, dashes and underscores, at most 100: choose another."
  }
}

variable "kms_key_arn" {
  description = "Customer-managed key for the tables; null leaves them under the key that DynamoDB owns."
  type        = string
  default     = null
}

variable "point_in_time_recovery" {
  description = "Whether each table can be restored to any second of the last 35 days."
  type        = bool
  default     = true
}

variable "deletion_protection" {
  description = "Whether DynamoDB refuses to delete the tables."
  type        = bool
  default     = true
}

variable "contributor_insights" {
  description = "Whether CloudWatch Contributor Insights shows the hottest keys of each table."
  type        = bool
  default     = false
}
