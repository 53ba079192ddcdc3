-- Storage: buckets are rows of the Storage server and come with a migration of data; their policies are here.

-- The bucket is public: anybody with the address of a file reads it. Listing is for the boutique's own staff, for the
-- names of files tell of drafts.
create policy select_product_media on storage.objects for select to authenticated
  using (
    bucket_id = 'product-media'
    and (storage.foldername(name))[1] in (select id::text from private.my_boutique_ids('catalog.read') as id));
create policy insert_product_media on storage.objects for insert to authenticated
  with check (
    bucket_id = 'product-media'
    and (storage.foldername(name))[1] in (select id::text from private.my_boutique_ids('catalog.write') as id));
create policy update_product_media on storage.objects for update to authenticated
  using (
    bucket_id = 'product-media'
    and (storage.foldername(name))[1] in (select id::text from private.my_boutique_ids('catalog.write') as id))
  with check (
    bucket_id = 'product-media'
    and (storage.foldername(name))[1] in (select id::text from private.my_boutique_ids('catalog.write') as id));
create policy delete_product_media on storage.objects for delete to authenticated
  using (
    bucket_id = 'product-media'
    and (storage.foldername(name))[1] in (select id::text from private.my_boutique_ids('catalog.write') as id));
