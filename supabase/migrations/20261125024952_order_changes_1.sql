ALTER TYPE "private"."document_kind" ADD VALUE 'debit_note' BEFORE 'credit_note';
ALTER TYPE "public"."invoice_kind" ADD VALUE 'debit_note' BEFORE 'credit_note';
