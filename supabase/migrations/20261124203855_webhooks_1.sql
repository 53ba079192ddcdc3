ALTER TYPE "public"."permission" ADD VALUE 'webhooks.read' AFTER 'audit.read';
ALTER TYPE "public"."permission" ADD VALUE 'webhooks.manage' AFTER 'webhooks.read';
