terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}

locals {
  # DynamoDB wants each attribute that is part of a key declared once.
  key_attributes = {
    for name, table in var.tables : name => {
      for key in concat(
        [table.partition_key],
        table.sort_key[*],
        table.indexes[*].partition_key,
        [for index in table.indexes : index.sort_key if index.sort_key != null],
      ) : key.name => key.type...
    }
  }
}

resource "aws_dynamodb_table" "this" {
  for_each = var.tables

  name                        = "${var.name_prefix}${each.key}"
  billing_mode                = "PAY_PER_REQUEST"
  hash_key                    = each.value.partition_key.name
  range_key                   = one(each.value.sort_key[*].name)
  stream_enabled              = each.value.stream != null
  stream_view_type            = each.value.stream
  deletion_protection_enabled = var.deletion_protection

  dynamic "attribute" {
    for_each = local.key_attributes[each.key]
    content {
      name = attribute.key
      type = attribute.value[0]
    }
  }

  dynamic "global_secondary_index" {
    for_each = { for index in each.value.indexes : index.name => index }
    content {
      name            = global_secondary_index.key
      hash_key        = global_secondary_index.value.partition_key.name
      range_key       = one(global_secondary_index.value.sort_key[*].name)
      projection_type = "ALL"
    }
  }

  dynamic "ttl" {
    for_each = each.value.ttl_attribute[*]
    content {
      attribute_name = ttl.value
      enabled        = true
    }
  }

  point_in_time_recovery {
    enabled = var.point_in_time_recovery
  }

  dynamic "server_side_encryption" {
    for_each = var.kms_key_arn[*]
    content {
      enabled     = true
      kms_key_arn = server_side_encryption.value
    }
  }
}

resource "aws_dynamodb_contributor_insights" "this" {
  for_each = var.contributor_insights ? var.tables : {}

  table_name = aws_dynamodb_table.this[each.key].name
}

# The table's own leave its indexes out.
resource "aws_dynamodb_contributor_insights" "index" {
  for_each = var.contributor_insights ? merge([
    for name, table in var.tables : { for index in table.indexes : "${name}/${index.name}" => { table = name, index = index.name } }
  ]...) : {}

  table_name = aws_dynamodb_table.this[each.value.table].name
  index_name = each.value.index
}
