/**
 * Stands in for `@aws-sdk/endpoint-cache` in Lambda bundles. DynamoDB's client makes one and asks it only with endpoint discovery,
 * which is off; the real one would add 7 kB to each cold start.
 */
export class EndpointCache {}
