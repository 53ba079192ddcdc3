ALTER TYPE "public"."permission" ADD VALUE 'reviews.reply' AFTER 'discounts.write';
