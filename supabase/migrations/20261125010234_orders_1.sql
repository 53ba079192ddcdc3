ALTER TYPE "public"."permission" ADD VALUE 'orders.read' AFTER 'webhooks.manage';
ALTER TYPE "public"."permission" ADD VALUE 'orders.write' AFTER 'orders.read';
ALTER TYPE "public"."permission" ADD VALUE 'refunds.write' AFTER 'orders.write';
ALTER TYPE "public"."permission" ADD VALUE 'stock.read' AFTER 'refunds.write';
ALTER TYPE "public"."permission" ADD VALUE 'stock.write' AFTER 'stock.read';
ALTER TYPE "public"."permission" ADD VALUE 'discounts.read' AFTER 'stock.write';
ALTER TYPE "public"."permission" ADD VALUE 'discounts.write' AFTER 'discounts.read';
