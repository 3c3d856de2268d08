mock_provider "aws" {
  source = "./tests/mocks"
}

variables {
  tables = {
    commands = {
      partition_key = { name = "id", type = "S" }
      sort_key      = { name = "at", type = "N" }
      stream        = "NEW_AND_OLD_IMAGES"
    }
    rows = {
      partition_key = { name = "id", type = "S" }
      indexes       = [{ name = "by_user", partition_key = { name = "user", type = "S" }, sort_key = { name = "at", type = "N" } }]
      ttl_attribute = "expires_at"
    }
  }
}

run "tables_are_as_described" {
  command = plan
  module { source = "./modules/tables" }
  variables { name_prefix = "notify-test-" }

  assert {
    condition = (
      aws_dynamodb_table.this["commands"].name == "notify-test-commands" &&
      aws_dynamodb_table.this["commands"].hash_key == "id" && aws_dynamodb_table.this["commands"].range_key == "at" &&
      aws_dynamodb_table.this["commands"].stream_view_type == "NEW_AND_OLD_IMAGES"
    )
    error_message = "Key and stream come from the description."
  }
  assert {
    condition = (
      one(aws_dynamodb_table.this["rows"].global_secondary_index).range_key == "at" &&
      one(aws_dynamodb_table.this["rows"].ttl).attribute_name == "expires_at" &&
      !aws_dynamodb_table.this["rows"].stream_enabled &&
      toset(aws_dynamodb_table.this["rows"].attribute[*].name) == toset(["id", "user", "at"])
    )
    error_message = "Indexes, time to live and the key attributes come from the description."
  }
  assert {
    condition     = alltrue([for t in aws_dynamodb_table.this : t.billing_mode == "PAY_PER_REQUEST" && t.deletion_protection_enabled && t.point_in_time_recovery[0].enabled])
    error_message = "Tables are on demand, protected and restorable unless said otherwise."
  }
}

run "a_key_encrypts" {
  command = plan
  module { source = "./modules/tables" }
  variables {
    kms_key_arn         = "arn:aws:kms:ap-southeast-1:123456789012:key/k"
    deletion_protection = false
  }

  assert {
    condition     = alltrue([for t in aws_dynamodb_table.this : t.server_side_encryption[0].enabled && t.server_side_encryption[0].kms_key_arn == var.kms_key_arn && !t.deletion_protection_enabled])
    error_message = "A key and the lifted protection reach every table."
  }
}

run "refuses_an_unknown_stream" {
  command = plan
  module { source = "./modules/tables" }
  variables { tables = { t = { partition_key = { name = "id", type = "S" }, stream = "EVERYTHING" } } }
  expect_failures = [var.tables]
}

run "refuses_an_unknown_key_type" {
  command = plan
  module { source = "./modules/tables" }
  variables { tables = { t = { partition_key = { name = "id", type = "STRING" } } } }
  expect_failures = [var.tables]
}
