import {
  AssociateRouteTableCommand,
  CreateRouteTableCommand,
  CreateSubnetCommand,
  CreateVpcCommand,
  DescribeSubnetsCommand,
  DescribeVpcsCommand,
  EC2Client,
  ModifyVpcAttributeCommand,
} from '@aws-sdk/client-ec2';
import { LOCAL_AWS } from '@notify/dynamodb';

/** What the Terraform root is given, for it is deployed into a VPC that is there. */
export interface Vpc {
  readonly vpc_id: string;
  readonly private_subnet_ids: readonly string[];
}

const NAME = 'notify-local';
const Tags = [{ Key: 'Name', Value: NAME }];

/** The VPC that a platform team would have: private names, two private subnets in two zones. Made when it is not there. */
export const ensureVpc = async (awsUrl: string): Promise<Vpc> => {
  const ec2 = new EC2Client({ ...LOCAL_AWS, endpoint: awsUrl });
  try {
    const Filters = [{ Name: 'tag:Name', Values: [NAME] }];
    const { Vpcs = [] } = await ec2.send(new DescribeVpcsCommand({ Filters }));
    const { Subnets = [] } = await ec2.send(new DescribeSubnetsCommand({ Filters }));
    const ids = Subnets.map(({ SubnetId }) => SubnetId ?? '').sort();
    if (Vpcs[0]?.VpcId && ids.length === 2) return { vpc_id: Vpcs[0].VpcId, private_subnet_ids: ids };
    return await createVpc(ec2);
  } finally {
    ec2.destroy();
  }
};

const createVpc = async (ec2: EC2Client): Promise<Vpc> => {
  const { Vpc } = await ec2.send(
    new CreateVpcCommand({
      CidrBlock: '10.0.0.0/16',
      TagSpecifications: [{ ResourceType: 'vpc', Tags }],
    }),
  );
  const VpcId = Vpc?.VpcId ?? '';
  await ec2.send(new ModifyVpcAttributeCommand({ VpcId, EnableDnsSupport: { Value: true } }));
  await ec2.send(new ModifyVpcAttributeCommand({ VpcId, EnableDnsHostnames: { Value: true } }));
  const { RouteTable } = await ec2.send(new CreateRouteTableCommand({ VpcId }));
  const subnets: string[] = [];
  for (const [index, zone] of ['a', 'b'].entries()) {
    const { Subnet } = await ec2.send(
      new CreateSubnetCommand({
        VpcId,
        CidrBlock: `10.0.${index}.0/24`,
        AvailabilityZone: `${LOCAL_AWS.region}${zone}`,
        TagSpecifications: [{ ResourceType: 'subnet', Tags }],
      }),
    );
    const SubnetId = Subnet?.SubnetId ?? '';
    await ec2.send(
      new AssociateRouteTableCommand({ RouteTableId: RouteTable?.RouteTableId ?? '', SubnetId }),
    );
    subnets.push(SubnetId);
  }
  return { vpc_id: VpcId, private_subnet_ids: subnets.sort() };
};
