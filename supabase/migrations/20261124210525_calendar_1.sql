ALTER TYPE "public"."allocation_kind" ADD VALUE 'time_off' AFTER 'sale';
ALTER TYPE "public"."permission" ADD VALUE 'calendar.manage' BEFORE 'rentals.read';
ALTER TYPE "public"."permission" ADD VALUE 'fittings.read' BEFORE 'audit.read';
ALTER TYPE "public"."permission" ADD VALUE 'fittings.write' BEFORE 'audit.read';
