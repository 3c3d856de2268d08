"""What LocalStack needs to run without Docker: functions as Node processes, DynamoDB Local from the npm package."""
