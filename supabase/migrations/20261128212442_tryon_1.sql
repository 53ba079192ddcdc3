ALTER TYPE "public"."media_refusal" ADD VALUE 'too_small' AFTER 'broken';
ALTER TYPE "public"."media_refusal" ADD VALUE 'not_transparent' AFTER 'too_small';
