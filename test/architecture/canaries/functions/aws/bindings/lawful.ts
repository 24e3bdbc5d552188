import "#adapters/aws/dynamodb";
