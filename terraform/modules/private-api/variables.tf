variable "name" {
  description = "The API's real name."
  type        = string
}

variable "openapi_file" {
  description = "The OpenAPI 3.0 document as a template: `$${<function>_invoke_arn}`, `$${query_service_url}`, `$${connection_type}` and `$${connection_id}` stand for addresses. Its member x-anchors is dropped; x-signed-gateway-responses take the place of the gateway's responses where requests are signed."
  type        = string
  validation {
    condition     = fileexists(var.openapi_file) && can(regex("(?m)^openapi: 3\\.0\\.", file(var.openapi_file)))
    error_message = "API Gateway imports OpenAPI 3.0: give one of terraform/api."
  }
}

variable "functions" {
  description = "Functions that the document may name, by their names in terraform/functions.json."
  type        = map(object({ name = string, alias_name = string, invoke_arn = string }))
}

variable "query_service" {
  description = "Where the query service is: its URL, and the VPC link and the load balancer behind it, or null when it is reached by plain HTTP."
  type = object({
    url      = string
    vpc_link = optional(object({ id = string, load_balancer_arn = string }))
  })
}

variable "uses_vpc_link" {
  description = "Whether query_service has a VPC link, which has to be known before it is made."
  type        = bool
  default     = true
}

variable "tags" {
  description = "Tags of the API itself, beside the provider's default ones."
  type        = map(string)
  default     = {}
}

variable "stage_name" {
  description = "Stage, the first segment of each URL's path."
  type        = string
  default     = "v1"
  validation {
    condition     = can(regex("^[a-zA-Z0-9_]{1,128}$", var.stage_name))
    error_message = "A stage's name holds letters, digits and underscores: choose another."
  }
}

variable "vpc_endpoint_id" {
  description = "The VPC endpoint (execute-api) through which alone the API answers."
  type        = string
}

variable "authorization" {
  description = "Who may call: NONE for everybody who reaches the endpoint, AWS_IAM for principals who sign their requests."
  type        = string
  default     = "NONE"
  validation {
    condition     = contains(["NONE", "AWS_IAM"], var.authorization)
    error_message = "Choose NONE or AWS_IAM as authorization."
  }
}

variable "principal_org_id" {
  description = "With AWS_IAM, the organization whose principals may call; null for those of this account."
  type        = string
  default     = null
  validation {
    condition     = var.principal_org_id == null ? true : var.authorization == "AWS_IAM" && can(regex("^o-[a-z0-9]{10,32}$", var.principal_org_id))
    error_message = "An organization's id looks like o-a1b2c3d4e5 and is only used with authorization = AWS_IAM: correct one of them."
  }
}

variable "fail_on_warnings" {
  description = "Whether the import fails when API Gateway warns of something in the document that it does not understand."
  type        = bool
  default     = false
}

variable "throttle" {
  description = "Requests a second that the stage takes, steadily and in a burst."
  type        = object({ rate = number, burst = number })
  default     = { rate = 500, burst = 1000 }
  validation {
    condition     = var.throttle.rate > 0 && var.throttle.burst > 0
    error_message = "A throttle of 0 refuses every request: give rates above 0."
  }
}

variable "cache" {
  description = "Cache of the GET routes that take parameters: seconds that an answer may be old, and size in GB. null for none."
  type        = object({ ttl_s = number, size_gb = optional(string, "0.5") })
  default     = null
  validation {
    condition     = var.cache == null ? true : var.cache.ttl_s >= 1 && var.cache.ttl_s <= 60
    error_message = "A read model may lag by seconds, not by minutes: give cache.ttl_s 1 to 60, or cache = null."
  }
  validation {
    condition     = var.cache == null ? true : contains(["0.5", "1.6", "6.1", "13.5", "28.4", "58.2", "118", "237"], var.cache.size_gb)
    error_message = "API Gateway's caches have 0.5, 1.6, 6.1, 13.5, 28.4, 58.2, 118 or 237 GB: choose one."
  }
}

variable "tracing" {
  description = "Whether X-Ray traces requests."
  type        = bool
  default     = true
}

variable "log_retention_days" {
  description = "Days that access logs are kept."
  type        = number
  default     = 365
}

variable "kms_key_arn" {
  description = "Customer-managed key for the access logs; null leaves them under AWS's key."
  type        = string
  default     = null
}
