terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}

# Says that Lambda has given up on a batch, until `notify redrive --given-up` has taken it in: a message for each object that it puts into
# the bucket of given-up batches.
resource "aws_sqs_queue" "on_failure" {
  name                      = "${var.name}-on-failure"
  message_retention_seconds = 1209600
  sqs_managed_sse_enabled   = var.kms_key_arn == null ? true : null
  kms_master_key_id         = var.kms_key_arn
}

resource "aws_sqs_queue_policy" "on_failure" {
  queue_url = aws_sqs_queue.on_failure.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "OnlyByTls"
        Effect    = "Deny"
        Action    = "sqs:*"
        Resource  = aws_sqs_queue.on_failure.arn
        Principal = { AWS = "*" }
        Condition = { Bool = { "aws:SecureTransport" = "false" } }
      },
      {
        Sid       = "GivenUpBatches"
        Effect    = "Allow"
        Action    = "sqs:SendMessage"
        Resource  = aws_sqs_queue.on_failure.arn
        Principal = { Service = "events.amazonaws.com" }
        Condition = { ArnEquals = { "aws:SourceArn" = aws_cloudwatch_event_rule.given_up.arn } }
      },
    ]
  })
}

# Lambda puts a batch under the id of its mapping.
resource "aws_cloudwatch_event_rule" "given_up" {
  name        = "${var.name}-given-up"
  description = "Batches that Lambda has given up on."
  event_pattern = jsonencode({
    source      = ["aws.s3"]
    detail-type = ["Object Created"]
    detail = {
      bucket = { name = [var.given_up_bucket.name] }
      object = { key = [{ prefix = "aws/lambda/${aws_lambda_event_source_mapping.this.uuid}/" }] }
    }
  })
}

resource "aws_cloudwatch_event_target" "given_up" {
  rule = aws_cloudwatch_event_rule.given_up.name
  arn  = aws_sqs_queue.on_failure.arn
}

resource "aws_iam_role_policy" "stream" {
  name = "stream"
  role = var.role_name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid      = "ReadStream"
        Effect   = "Allow"
        Action   = ["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:ListStreams"]
        Resource = [var.stream_arn]
      },
      {
        Sid      = "KeepGivenUpBatches"
        Effect   = "Allow"
        Action   = ["s3:PutObject"]
        Resource = ["${var.given_up_bucket.arn}/aws/lambda/*"]
      },
      {
        Sid      = "FindTheBucket"
        Effect   = "Allow"
        Action   = ["s3:ListBucket"]
        Resource = [var.given_up_bucket.arn]
      },
    ]
  })
}

resource "aws_lambda_event_source_mapping" "this" {
  event_source_arn                   = var.stream_arn
  function_name                      = var.function_arn
  starting_position                  = var.event_source.starting_position
  batch_size                         = var.event_source.batch_size
  maximum_batching_window_in_seconds = var.event_source.batching_window_s
  tumbling_window_in_seconds         = var.event_source.tumbling_window_s
  parallelization_factor             = var.event_source.parallelization_factor
  bisect_batch_on_function_error     = var.event_source.bisect_batch_on_error
  maximum_retry_attempts             = var.event_source.maximum_retry_attempts
  maximum_record_age_in_seconds      = var.event_source.maximum_record_age_s
  function_response_types            = ["ReportBatchItemFailures"]

  destination_config {
    on_failure {
      destination_arn = var.given_up_bucket.arn
    }
  }

  depends_on = [aws_iam_role_policy.stream]
}
