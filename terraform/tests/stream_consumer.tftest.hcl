mock_provider "aws" {
  source = "./tests/mocks"
}

variables {
  name            = "notify-test-projector"
  function_arn    = "arn:aws:lambda:ap-southeast-1:123456789012:function:notify-test-projector:live"
  role_name       = "notify-test-projector"
  stream_arn      = "arn:aws:dynamodb:ap-southeast-1:123456789012:table/commands/stream/2026-01-01T00:00:00.000"
  given_up_bucket = { name = "notify-test-given-up", arn = "arn:aws:s3:::notify-test-given-up" }
  event_source = {
    starting_position      = "TRIM_HORIZON"
    batch_size             = 1000
    batching_window_s      = 1
    parallelization_factor = 4
    bisect_batch_on_error  = true
    maximum_retry_attempts = -1
    maximum_record_age_s   = 79200
  }
}

run "loses_nothing_silently" {
  module { source = "./modules/stream-consumer" }

  assert {
    condition = (
      aws_lambda_event_source_mapping.this.starting_position == "TRIM_HORIZON" &&
      contains(aws_lambda_event_source_mapping.this.function_response_types, "ReportBatchItemFailures") &&
      aws_lambda_event_source_mapping.this.bisect_batch_on_function_error &&
      aws_lambda_event_source_mapping.this.maximum_retry_attempts == -1 &&
      aws_lambda_event_source_mapping.this.maximum_record_age_in_seconds == 79200 &&
      aws_lambda_event_source_mapping.this.parallelization_factor == 4
    )
    error_message = "The stream is read from its start, with partial failures, bisected and retried until a record is nearly as old as the stream keeps it."
  }
  assert {
    condition     = aws_lambda_event_source_mapping.this.destination_config[0].on_failure[0].destination_arn == var.given_up_bucket.arn
    error_message = "What is given up is kept whole."
  }
  assert {
    condition     = aws_lambda_event_source_mapping.this.function_name == var.function_arn
    error_message = "The mapping goes to the alias."
  }
  assert {
    condition     = aws_sqs_queue.on_failure.message_retention_seconds == 1209600 && aws_sqs_queue.on_failure.sqs_managed_sse_enabled
    error_message = "Reports are kept for two weeks, encrypted."
  }
  assert {
    condition     = jsondecode(aws_sqs_queue_policy.on_failure.policy).Statement[1].Condition == { ArnEquals = { "aws:SourceArn" = aws_cloudwatch_event_rule.given_up.arn } } && jsondecode(aws_cloudwatch_event_rule.given_up.event_pattern).detail.bucket.name[0] == var.given_up_bucket.name
    error_message = "The queue is told of the batches in the bucket, and of nothing else."
  }
  assert {
    condition     = jsondecode(aws_iam_role_policy.stream.policy).Statement[*].Resource == [[var.stream_arn], ["${var.given_up_bucket.arn}/aws/lambda/*"], [var.given_up_bucket.arn]]
    error_message = "The stream's permissions are for this stream and this bucket."
  }
}

run "refuses_latest" {
  command = plan
  module { source = "./modules/stream-consumer" }
  variables { event_source = merge(var.event_source, { starting_position = "LATEST" }) }
  expect_failures = [var.event_source]
}

run "refuses_to_give_up_what_passes" {
  command = plan
  module { source = "./modules/stream-consumer" }
  variables { event_source = merge(var.event_source, { maximum_retry_attempts = 50 }) }
  expect_failures = [var.event_source]
}

run "refuses_to_outlive_the_stream" {
  command = plan
  module { source = "./modules/stream-consumer" }
  variables { event_source = merge(var.event_source, { maximum_record_age_s = 86400 }) }
  expect_failures = [var.event_source]
}

run "names_the_shard_by_a_tumbling_window" {
  command = plan
  module { source = "./modules/stream-consumer" }
  variables { event_source = merge(var.event_source, { tumbling_window_s = 60, parallelization_factor = 1 }) }
  assert {
    condition     = aws_lambda_event_source_mapping.this.tumbling_window_in_seconds == 60
    error_message = "The mapping has the window."
  }
}

run "refuses_a_window_over_batches_at_once" {
  command = plan
  module { source = "./modules/stream-consumer" }
  variables { event_source = merge(var.event_source, { tumbling_window_s = 60 }) }
  expect_failures = [var.event_source]
}
