mock_provider "aws" {
  source = "./tests/mocks"
}

variables {
  name         = "notify-test-projector"
  function_arn = "arn:aws:lambda:ap-southeast-1:123456789012:function:notify-test-projector:live"
  role_name    = "notify-test-projector"
  stream_arn   = "arn:aws:dynamodb:ap-southeast-1:123456789012:table/commands/stream/2026-01-01T00:00:00.000"
  event_source = {
    starting_position      = "TRIM_HORIZON"
    batch_size             = 1000
    batching_window_s      = 1
    parallelization_factor = 4
    bisect_batch_on_error  = true
    maximum_retry_attempts = 50
    maximum_record_age_s   = 86400
  }
}

run "loses_nothing_silently" {
  module { source = "./modules/stream-consumer" }

  assert {
    condition = (
      aws_lambda_event_source_mapping.this.starting_position == "TRIM_HORIZON" &&
      contains(aws_lambda_event_source_mapping.this.function_response_types, "ReportBatchItemFailures") &&
      aws_lambda_event_source_mapping.this.bisect_batch_on_function_error &&
      aws_lambda_event_source_mapping.this.maximum_retry_attempts == 50 &&
      aws_lambda_event_source_mapping.this.maximum_record_age_in_seconds == 86400 &&
      aws_lambda_event_source_mapping.this.parallelization_factor == 4
    )
    error_message = "The stream is read from its start, with partial failures, bisected and retried within bounds."
  }
  assert {
    condition     = aws_lambda_event_source_mapping.this.destination_config[0].on_failure[0].destination_arn == aws_sqs_queue.on_failure.arn
    error_message = "What is given up is reported to the queue."
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
    condition     = jsondecode(aws_iam_role_policy.stream.policy).Statement[*].Resource == [[var.stream_arn], [aws_sqs_queue.on_failure.arn]]
    error_message = "The stream's permissions are for this stream and this queue."
  }
}

run "refuses_latest" {
  command = plan
  module { source = "./modules/stream-consumer" }
  variables { event_source = merge(var.event_source, { starting_position = "LATEST" }) }
  expect_failures = [var.event_source]
}

run "refuses_endless_retries" {
  command = plan
  module { source = "./modules/stream-consumer" }
  variables { event_source = merge(var.event_source, { maximum_retry_attempts = -1 }) }
  expect_failures = [var.event_source]
}
