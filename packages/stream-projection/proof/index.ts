export { type DeliveryPlan, deliver, deliveryPlans } from './delivery.ts';
