set local check_function_bodies = off;

ALTER TYPE "public"."permission" ADD VALUE 'fittings.read' BEFORE 'audit.read';
