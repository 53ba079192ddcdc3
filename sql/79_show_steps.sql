-- What people do with shows: staff move them, customers come, wait and hold gowns. The tables are in 78_shows.sql.

-- A show is locked before its looks and RSVPs, and these before resources; a boutique and a profile before a show.

-- Staff ---------------------------------------------------------------------------------------------------------------

create function private.show_for_step(show_id uuid, permission public.permission default 'catalog.write') returns public.fashion_shows
language plpgsql volatile
set search_path = ''
as $$
declare
  v_show public.fashion_shows;
begin
  select * into v_show from public.fashion_shows s
  where s.id = show_for_step.show_id and s.boutique_id in (select private.my_boutique_ids(permission))
  for no key update;
  if not found then
    perform private.raise_error(404, 'show_not_found', 'There is no such show of a boutique you work for.', jsonb_build_object('show_id', show_id));
  end if;
  return v_show;
end
$$;
comment on function private.show_for_step(uuid, public.permission) is 'A show that the caller may move, locked. PT404 show_not_found.';

create function private.refuse_show_state(show public.fashion_shows, verb text) returns void
language plpgsql immutable
set search_path = ''
as $$
begin
  perform private.raise_error(409, 'invalid_state', format('A show that is %s cannot be %s.', show.state, verb),
    jsonb_build_object('show_id', show.id, 'state', show.state));
end
$$;
comment on function private.refuse_show_state(public.fashion_shows, text) is 'PT409 invalid_state.';

create function private.refuse_before_doors(show public.fashion_shows) returns void
language plpgsql stable
set search_path = ''
as $$
begin
  if lower(private.show_block(show)) > now() then
    perform private.raise_error(409, 'too_early', 'The doors are not open yet: buffer_minutes_before its beginning they are. Move the show if it is to begin sooner.',
      jsonb_build_object('show_id', show.id, 'opens_at', lower(private.show_block(show))));
  end if;
end
$$;
comment on function private.refuse_before_doors(public.fashion_shows) is 'PT409 too_early before the gowns of a show are taken for it.';

create function private.schedule_show(show_id uuid) returns public.fashion_shows
language plpgsql volatile
security definer -- state is not writable
set search_path = ''
as $$
declare
  v_show public.fashion_shows;
begin
  -- Before the show: who suspends the boutique takes them in this order.
  perform from public.boutiques b where b.id = (select s.boutique_id from public.fashion_shows s where s.id = schedule_show.show_id) for share;
  v_show := private.show_for_step(show_id);
  if v_show.state = 'scheduled' then
    return v_show;
  elsif v_show.state <> 'draft' then
    perform private.refuse_show_state(v_show, 'scheduled');
  elsif v_show.starts_at is null or v_show.ends_at is null or (v_show.location_id is null and v_show.stream_url is null) then
    perform private.raise_error(409, 'show_incomplete', 'Say when it starts and ends, and where: location_id, stream_url or both.',
      jsonb_build_object('show_id', show_id));
  end if;
  update public.fashion_shows s set state = 'scheduled' where s.id = v_show.id returning * into v_show;
  return v_show;
end
$$;

create function public.schedule_show(show_id uuid) returns public.fashion_shows
language sql volatile security invoker set search_path = ''
as $$ select private.schedule_show(show_id) $$;
comment on function public.schedule_show(uuid) is
  'A manager announces a draft: the public sees it, customers may come, and the garments of its looks are taken for it, all or none. Repeating it changes nothing. PT404 show_not_found; PT409 show_incomplete, garments_taken (detail: garment_ids), invalid_state; PT400 invalid_time.';
grant execute on function private.schedule_show(uuid) to authenticated;
grant execute on function public.schedule_show(uuid) to authenticated;

create function private.start_show(show_id uuid) returns public.fashion_shows
language plpgsql volatile
security definer -- as schedule_show
set search_path = ''
as $$
declare
  v_show public.fashion_shows := private.show_for_step(show_id);
begin
  if v_show.state = 'live' then
    return v_show;
  elsif v_show.state <> 'scheduled' then
    perform private.refuse_show_state(v_show, 'started');
  end if;
  perform private.refuse_before_doors(v_show);
  update public.fashion_shows s set state = 'live' where s.id = v_show.id returning * into v_show;
  return v_show;
end
$$;

create function public.start_show(show_id uuid) returns public.fashion_shows
language sql volatile security invoker set search_path = ''
as $$ select private.start_show(show_id) $$;
comment on function public.start_show(uuid) is
  'A manager says that a scheduled show has begun; not before its doors are open. Nobody joins it any more. Repeating it changes nothing. PT404 show_not_found; PT409 invalid_state, too_early (detail: opens_at).';
grant execute on function private.start_show(uuid) to authenticated;
grant execute on function public.start_show(uuid) to authenticated;

create function private.finish_show(show_id uuid, recording_url text) returns public.fashion_shows
language plpgsql volatile
security definer -- as schedule_show
set search_path = ''
as $$
declare
  v_show public.fashion_shows := private.show_for_step(show_id);
begin
  if private.is_https_url(recording_url) is false then
    perform private.raise_error(400, 'invalid_url', 'recording_url is an https address, or null.');
  elsif v_show.state = 'recorded' then
    return v_show;
  elsif v_show.state <> 'live' then
    perform private.refuse_show_state(v_show, 'finished');
  end if;
  update public.fashion_shows s set state = 'recorded', recording_url = finish_show.recording_url where s.id = v_show.id returning * into v_show;
  return v_show;
end
$$;

create function public.finish_show(show_id uuid, recording_url text default null) returns public.fashion_shows
language sql volatile security invoker set search_path = ''
as $$ select private.finish_show(show_id, recording_url) $$;
comment on function public.finish_show(uuid, text) is
  'A manager says that a live show is over; its gowns are free from now on. recording_url may be written later, too. Repeating it changes nothing. PT404 show_not_found; PT409 invalid_state; PT400 invalid_url.';
grant execute on function private.finish_show(uuid, text) to authenticated;
grant execute on function public.finish_show(uuid, text) to authenticated;

create function private.cancel_show(show_id uuid, reason text) returns public.fashion_shows
language plpgsql volatile
security definer -- as schedule_show
set search_path = ''
as $$
declare
  v_show public.fashion_shows := private.show_for_step(show_id);
begin
  if reason is null or reason !~ '\S' or length(reason) > 1000 then
    perform private.raise_error(400, 'reason_required', 'Say why, in up to 1000 letters: those who wanted to come read it.');
  elsif v_show.state = 'cancelled' then
    return v_show;
  elsif v_show.state not in ('scheduled', 'live') then
    perform private.refuse_show_state(v_show, 'cancelled');
  end if;
  update public.fashion_shows s set state = 'cancelled', cancel_reason = btrim(reason) where s.id = v_show.id returning * into v_show;
  return v_show;
end
$$;

create function public.cancel_show(show_id uuid, reason text) returns public.fashion_shows
language sql volatile security invoker set search_path = ''
as $$ select private.cancel_show(show_id, reason) $$;
comment on function public.cancel_show(uuid, text) is
  'A manager calls a scheduled or live show off: all who wanted to come are told the reason, and its gowns are free. A draft is deleted instead. Repeating it changes nothing. PT404 show_not_found; PT409 invalid_state; PT400 reason_required.';
grant execute on function private.cancel_show(uuid, text) to authenticated;
grant execute on function public.cancel_show(uuid, text) to authenticated;

create function private.look_for_step(look_id uuid) returns public.show_looks
language plpgsql volatile
set search_path = ''
as $$
declare
  v_look public.show_looks;
  v_show public.fashion_shows;
begin
  select * into v_show from public.fashion_shows s
  where s.id = (select l.show_id from public.show_looks l where l.id = look_for_step.look_id)
    and s.boutique_id in (select private.my_boutique_ids('catalog.write'))
  for no key update;
  if found then
    select * into v_look from public.show_looks l where l.id = look_for_step.look_id for update;
  end if;
  if v_look.id is null then
    perform private.raise_error(404, 'look_not_found', 'There is no such look in a show of a boutique you work for.', jsonb_build_object('look_id', look_id));
  end if;
  return v_look;
end
$$;
comment on function private.look_for_step(uuid) is 'A look that the caller may change, locked, and its show first. PT404 look_not_found.';

create function private.dress_look(look_id uuid, garment_id uuid) returns public.show_looks
language plpgsql volatile
security definer -- the calendar is not writable
set search_path = ''
as $$
declare
  v_look public.show_looks := private.look_for_step(look_id);
  v_show public.fashion_shows;
begin
  select * into strict v_show from public.fashion_shows s where s.id = v_look.show_id;
  if v_look.garment_id is not distinct from dress_look.garment_id then
    return v_look;
  elsif v_show.state in ('recorded', 'cancelled') then
    perform private.refuse_show_state(v_show, 'dressed in other gowns');
  elsif exists (select from public.show_looks l where l.show_id = v_show.id and l.garment_id = dress_look.garment_id) then
    perform private.raise_error(409, 'garment_in_show', 'Another look of the show has this garment.', jsonb_build_object('garment_id', garment_id));
  end if;
  update public.show_looks l set garment_id = dress_look.garment_id where l.id = v_look.id;
  if v_show.state <> 'draft' then
    -- All at once, in the order of ids: the old one, and those that place_garments locks.
    perform from public.resources r
    where r.id = v_look.garment_id or r.id in (select l.garment_id from public.show_looks l where l.show_id = v_show.id)
    order by r.id for no key update;
    perform private.release_garments(v_show.id, array[v_look.garment_id]);
    perform private.place_garments(v_show);
  end if;
  select * into strict v_look from public.show_looks l where l.id = v_look.id;
  return v_look;
end
$$;

create function public.dress_look(look_id uuid, garment_id uuid) returns public.show_looks
language sql volatile security invoker set search_path = ''
as $$ select private.dress_look(look_id, garment_id) $$;
comment on function public.dress_look(uuid, uuid) is
  'A manager says which piece of its product is worn in a look; null: none in particular. In an announced show the calendar follows. PT404 look_not_found, garment_not_found; PT409 garments_taken (detail: garment_ids), garment_in_show, invalid_state.';
grant execute on function private.dress_look(uuid, uuid) to authenticated;
grant execute on function public.dress_look(uuid, uuid) to authenticated;

create function private.remove_look(look_id uuid) returns void
language plpgsql volatile
security definer -- as dress_look
set search_path = ''
as $$
declare
  v_look public.show_looks := private.look_for_step(look_id);
begin
  delete from public.show_looks l where l.id = v_look.id;
  perform private.release_garments(v_look.show_id, array[v_look.garment_id]);
end
$$;

create function public.remove_look(look_id uuid) returns void
language sql volatile security invoker set search_path = ''
as $$ select private.remove_look(look_id) $$;
comment on function public.remove_look(uuid) is 'A manager takes a look out of a show; its garment is free again. PT404 look_not_found.';
grant execute on function private.remove_look(uuid) to authenticated;
grant execute on function public.remove_look(uuid) to authenticated;

-- Seats ---------------------------------------------------------------------------------------------------------------

create function private.promote_rsvps(show_id uuid) returns void
language plpgsql volatile
set search_path = ''
as $$
declare
  v_show public.fashion_shows;
begin
  loop
    select * into v_show from public.fashion_shows s where s.id = promote_rsvps.show_id and s.state = 'scheduled' and s.starts_at > now()
    for no key update;
    exit when not found or v_show.seats_taken >= v_show.capacity;
    update public.show_rsvps r set state = 'confirmed'
    where r.id = (
      select w.id from public.show_rsvps w
      where w.show_id = v_show.id and w.state = 'waitlisted' and (w.party_size <= v_show.capacity - v_show.seats_taken) is not false
      order by w.place limit 1);
    exit when not found;
  end loop;
end
$$;
comment on function private.promote_rsvps(uuid) is
  'Gives free seats to those who wait: each time to the first whose party they hold. Nobody who waits fits afterwards. Nothing once the show has begun.';

create function private.give_more_seats() returns trigger
language plpgsql
security definer -- RSVPs are not writable
set search_path = ''
as $$
begin
  perform private.promote_rsvps(new.id);
  return null;
end
$$;
comment on function private.give_more_seats() is 'Trigger: more seats are given to those who wait.';

-- A show that is moved into the future again may have seats that became free when it seemed to have begun.
create trigger give_more_seats after update of capacity, starts_at on public.fashion_shows
  for each row when (
    new.state = 'scheduled' and (old.capacity is distinct from new.capacity or old.starts_at is distinct from new.starts_at))
  execute function private.give_more_seats();

create function private.refuse_closed(show public.fashion_shows) returns void
language plpgsql stable
set search_path = ''
as $$
begin
  if show.state <> 'scheduled' or show.starts_at <= now() then
    perform private.raise_error(409, 'rsvp_closed', 'The show has begun, is over or was called off: seats are given until it begins.',
      jsonb_build_object('show_id', show.id, 'state', show.state));
  end if;
end
$$;
comment on function private.refuse_closed(public.fashion_shows) is 'PT409 rsvp_closed.';

create function private.rsvp_show(show_id uuid, party_size integer) returns public.show_rsvps
language plpgsql volatile
security definer -- RSVPs are not writable
set search_path = ''
as $$
declare
  v_show public.fashion_shows;
  v_rsvp public.show_rsvps;
  v_fits boolean;
begin
  perform from public.profiles p where p.id = auth.uid() for key share;
  if not found then
    perform private.raise_error(401, 'sign_in_required', 'Sign in to come to a show.');
  end if;
  -- All who want seats of a show wait here for each other.
  select * into v_show from public.fashion_shows s where s.id = rsvp_show.show_id and s.listed for no key update;
  if not found then
    perform private.raise_error(404, 'show_not_found', 'There is no such show.', jsonb_build_object('show_id', show_id));
  end if;
  select * into v_rsvp from public.show_rsvps r where r.show_id = v_show.id and r.customer_id = auth.uid();
  if v_rsvp.state <> 'cancelled' and v_rsvp.party_size = rsvp_show.party_size then
    return v_rsvp;
  end if;
  perform private.refuse_closed(v_show);
  if party_size is null or party_size not between 1 and v_show.max_party_size then
    perform private.raise_error(400, 'invalid_party_size', format('party_size is 1 to %s.', v_show.max_party_size),
      jsonb_build_object('max_party_size', v_show.max_party_size));
  elsif party_size > v_show.capacity then
    perform private.raise_error(409, 'party_too_large', 'The show has not that many seats in all.', jsonb_build_object('capacity', v_show.capacity));
  elsif v_rsvp.state = 'attended' then
    perform private.raise_error(409, 'rsvp_closed', 'You are at the show already.', jsonb_build_object('rsvp_id', v_rsvp.id, 'state', v_rsvp.state));
  end if;
  v_fits := (party_size - private.seats_of(v_rsvp) <= v_show.capacity - v_show.seats_taken) is not false;

  if v_rsvp.state = 'confirmed' and not v_fits then
    perform private.raise_error(409, 'show_full', 'There are not that many more seats. You keep those that you have.',
      jsonb_build_object('rsvp_id', v_rsvp.id, 'party_size', v_rsvp.party_size, 'seats_free', v_show.capacity - v_show.seats_taken));
  elsif v_rsvp.state in ('confirmed', 'waitlisted') then
    update public.show_rsvps r set party_size = rsvp_show.party_size where r.id = v_rsvp.id;
  else
    insert into public.show_rsvps as r (show_id, boutique_id, customer_id, party_size, state, place)
    values (v_show.id, v_show.boutique_id, auth.uid(), rsvp_show.party_size, case when v_fits then 'confirmed' else 'waitlisted' end::public.show_rsvp_state,
      1 + coalesce((select max(x.place) from public.show_rsvps x where x.show_id = v_show.id), 0))
    on conflict on constraint one_rsvp_of_a_customer_to_a_show do update
      set party_size = excluded.party_size, state = excluded.state, place = excluded.place, cancel_reason = null;
  end if;
  -- A smaller party leaves seats, or fits now into those that are left.
  perform private.promote_rsvps(v_show.id);
  select * into strict v_rsvp from public.show_rsvps r where r.show_id = v_show.id and r.customer_id = auth.uid();
  return v_rsvp;
end
$$;

create function public.rsvp_show(show_id uuid, party_size integer default 1) returns public.show_rsvps
language sql volatile security invoker set search_path = ''
as $$ select private.rsvp_show(show_id, party_size) $$;
comment on function public.rsvp_show(uuid, integer) is
  'The caller comes to a show with so many people, herself included: state is confirmed, or waitlisted when there are not so many seats. A second call changes the number and keeps her place; the same number changes nothing, so it may be repeated. PT404 show_not_found; PT409 rsvp_closed, show_full (she keeps what she has; detail: seats_free), party_too_large, account_leaves; PT400 invalid_party_size; PT401 sign_in_required.';
grant execute on function private.rsvp_show(uuid, integer) to authenticated;
grant execute on function public.rsvp_show(uuid, integer) to authenticated;

create function private.give_back_seats(show public.fashion_shows, rsvp public.show_rsvps, reason text default null) returns public.show_rsvps
language plpgsql volatile
set search_path = ''
as $$
declare
  v_rsvp public.show_rsvps;
begin
  if rsvp.state = 'cancelled' then
    return rsvp;
  end if;
  perform private.refuse_closed(show);
  if rsvp.state = 'attended' then
    perform private.raise_error(409, 'rsvp_closed', 'Who is at the show already keeps her seats.', jsonb_build_object('rsvp_id', rsvp.id, 'state', rsvp.state));
  end if;
  update public.show_rsvps r set state = 'cancelled', cancel_reason = btrim(reason) where r.id = rsvp.id returning * into v_rsvp;
  perform private.promote_rsvps(show.id);
  return v_rsvp;
end
$$;
comment on function private.give_back_seats(public.fashion_shows, public.show_rsvps, text) is
  'Cancels an RSVP, whose show the caller has locked; those who wait move up. PT409 rsvp_closed.';

create function private.cancel_rsvp(show_id uuid) returns public.show_rsvps
language plpgsql volatile
security definer -- RSVPs are not writable
set search_path = ''
as $$
declare
  v_show public.fashion_shows;
  v_rsvp public.show_rsvps;
begin
  select * into v_show from public.fashion_shows s
  where s.id = cancel_rsvp.show_id and exists (select from public.show_rsvps r where r.show_id = s.id and r.customer_id = auth.uid())
  for no key update;
  if not found then
    perform private.raise_error(404, 'rsvp_not_found', 'You have not said that you come to this show.', jsonb_build_object('show_id', show_id));
  end if;
  select * into strict v_rsvp from public.show_rsvps r where r.show_id = v_show.id and r.customer_id = auth.uid();
  return private.give_back_seats(v_show, v_rsvp);
end
$$;

create function public.cancel_rsvp(show_id uuid) returns public.show_rsvps
language sql volatile security invoker set search_path = ''
as $$ select private.cancel_rsvp(show_id) $$;
comment on function public.cancel_rsvp(uuid) is
  'The caller does not come to a show: her seats go to the first who waits and whose party they hold. Repeating it changes nothing. PT404 rsvp_not_found; PT409 rsvp_closed.';
grant execute on function private.cancel_rsvp(uuid) to authenticated;
grant execute on function public.cancel_rsvp(uuid) to authenticated;

create function private.leave_shows(customer_id uuid) returns void
language plpgsql volatile
set search_path = ''
as $$
declare
  v_show uuid;
begin
  for v_show in
    select s.id from public.show_rsvps r join public.fashion_shows s on s.id = r.show_id
    where r.customer_id = leave_shows.customer_id and r.state in ('confirmed', 'waitlisted') and s.state = 'scheduled'
    order by s.id
  loop
    perform from public.fashion_shows s where s.id = v_show for no key update;
    update public.show_rsvps r set state = 'cancelled'
    where r.show_id = v_show and r.customer_id = leave_shows.customer_id and r.state in ('confirmed', 'waitlisted');
    perform private.promote_rsvps(v_show);
  end loop;
end
$$;
comment on function private.leave_shows(uuid) is 'Gives the seats of somebody who is being forgotten to those who wait.';

create function private.show_of_guest(rsvp_id uuid) returns public.fashion_shows
language plpgsql volatile
set search_path = ''
as $$
declare
  v_show public.fashion_shows;
begin
  select * into v_show from public.fashion_shows s
  where s.id = (select r.show_id from public.show_rsvps r where r.id = show_of_guest.rsvp_id)
    and s.boutique_id in (select private.my_boutique_ids('fittings.write'))
  for no key update;
  if not found then
    perform private.raise_error(404, 'rsvp_not_found', 'There is no such RSVP to a show of a boutique you work for.', jsonb_build_object('rsvp_id', rsvp_id));
  end if;
  return v_show;
end
$$;
comment on function private.show_of_guest(uuid) is 'The show of an RSVP, when the caller receives its guests; locked. PT404 rsvp_not_found.';

create function private.check_in_rsvp(rsvp_id uuid) returns public.show_rsvps
language plpgsql volatile
security definer -- RSVPs are not writable
set search_path = ''
as $$
declare
  v_show public.fashion_shows := private.show_of_guest(rsvp_id);
  v_rsvp public.show_rsvps;
begin
  select * into strict v_rsvp from public.show_rsvps r where r.id = check_in_rsvp.rsvp_id;
  if v_rsvp.state = 'attended' then
    return v_rsvp;
  elsif v_show.state not in ('scheduled', 'live') then
    perform private.refuse_show_state(v_show, 'entered');
  elsif v_rsvp.state <> 'confirmed' then
    perform private.raise_error(409, 'invalid_state', format('An RSVP that is %s has no seats.', v_rsvp.state),
      jsonb_build_object('rsvp_id', rsvp_id, 'state', v_rsvp.state));
  end if;
  perform private.refuse_before_doors(v_show);
  update public.show_rsvps r set state = 'attended' where r.id = v_rsvp.id returning * into v_rsvp;
  return v_rsvp;
end
$$;

create function public.check_in_rsvp(rsvp_id uuid) returns public.show_rsvps
language sql volatile security invoker set search_path = ''
as $$ select private.check_in_rsvp(rsvp_id) $$;
comment on function public.check_in_rsvp(uuid) is
  'Staff see somebody at the door of a show. Repeating it changes nothing. PT404 rsvp_not_found; PT409 invalid_state, too_early (detail: opens_at).';
grant execute on function private.check_in_rsvp(uuid) to authenticated;
grant execute on function public.check_in_rsvp(uuid) to authenticated;

create function private.cancel_guest_rsvp(rsvp_id uuid, reason text) returns public.show_rsvps
language plpgsql volatile
security definer -- RSVPs are not writable
set search_path = ''
as $$
declare
  v_show public.fashion_shows := private.show_of_guest(rsvp_id);
  v_rsvp public.show_rsvps;
begin
  if reason is null or reason !~ '\S' or length(reason) > 1000 then
    perform private.raise_error(400, 'reason_required', 'Say why, in up to 1000 letters: she reads it.');
  end if;
  select * into strict v_rsvp from public.show_rsvps r where r.id = cancel_guest_rsvp.rsvp_id;
  return private.give_back_seats(v_show, v_rsvp, reason);
end
$$;

create function public.cancel_guest_rsvp(rsvp_id uuid, reason text) returns public.show_rsvps
language sql volatile security invoker set search_path = ''
as $$ select private.cancel_guest_rsvp(rsvp_id, reason) $$;
comment on function public.cancel_guest_rsvp(uuid, text) is
  'Staff cancel the RSVP of a customer who has called, or does not come: she is told the reason, and her seats go to the first who waits and whose party they hold. Until the show begins. She may come back, as the last in the line. Repeating it changes nothing. PT404 rsvp_not_found; PT409 rsvp_closed; PT400 reason_required.';
grant execute on function private.cancel_guest_rsvp(uuid, text) to authenticated;
grant execute on function public.cancel_guest_rsvp(uuid, text) to authenticated;

create function private.show_guests(show_id uuid)
returns table (rsvp_id uuid, name text, party_size integer, state public.show_rsvp_state, place integer, created_at timestamptz)
language plpgsql stable
rows 100
security definer -- staff see who comes, and read no profiles otherwise
set search_path = ''
as $$
begin
  if not exists (
    select from public.fashion_shows s
    where s.id = show_guests.show_id and (s.boutique_id in (select private.my_boutique_ids('fittings.read')) or (select private.is_admin()))) then
    perform private.raise_error(404, 'show_not_found', 'There is no such show of a boutique you work for.', jsonb_build_object('show_id', show_id));
  end if;
  return query
  select r.id, nullif(p.display_name, ''), r.party_size, r.state, r.place, r.created_at
  from public.show_rsvps r left join public.profiles p on p.id = r.customer_id
  where r.show_id = show_guests.show_id
  order by r.place;
end
$$;

create function public.show_guests(show_id uuid)
returns table (rsvp_id uuid, name text, party_size integer, state public.show_rsvp_state, place integer, created_at timestamptz)
language sql stable security invoker rows 100 set search_path = ''
as $$ select * from private.show_guests(show_id) $$;
comment on function public.show_guests(uuid) is
  'Staff see who comes to a show and who waits, by name, in the order of their places. name is null when she has given none or has deleted her account. One answer has at most 1000 rows; read on with range(). PT404 show_not_found.';
grant execute on function private.show_guests(uuid) to authenticated;
grant execute on function public.show_guests(uuid) to authenticated;

-- Gowns ---------------------------------------------------------------------------------------------------------------

create function private.hold_look(look_id uuid, variant_id uuid, period text, idempotency_key text) returns public.rentals
language plpgsql volatile
security definer -- where a hold came from is not writable
set search_path = ''
as $$
declare
  v_look public.show_looks;
  v_rental public.rentals;
begin
  -- Kept from being removed: looks are locked before resources.
  select * into v_look from public.show_looks l where l.id = hold_look.look_id and l.listed for key share;
  if not found then
    perform private.raise_error(404, 'look_not_found', 'There is no such look, or it is not on show.', jsonb_build_object('look_id', look_id));
  elsif not exists (select from public.product_variants v where v.id = hold_look.variant_id and v.product_id = v_look.product_id) then
    perform private.raise_error(404, 'variant_not_found', 'The gown of this look has no such variant.',
      jsonb_build_object('look_id', look_id, 'variant_id', variant_id));
  end if;
  v_rental := private.reserve_rental(variant_id, period, idempotency_key);
  insert into private.show_holds (rental_id, show_id, look_id) values (v_rental.id, v_look.show_id, v_look.id)
  on conflict do nothing;
  return v_rental;
end
$$;

create function public.hold_look(look_id uuid, variant_id uuid, period text, idempotency_key text) returns public.rentals
language sql volatile security invoker set search_path = ''
as $$ select private.hold_look(look_id, variant_id, period, idempotency_key) $$;
comment on function public.hold_look(uuid, uuid, text, text) is
  'reserve_rental for a variant of the gown of a look, noted as coming from the show. PT404 look_not_found, variant_not_found, and every refusal of reserve_rental.';
grant execute on function private.hold_look(uuid, uuid, text, text) to authenticated;
grant execute on function public.hold_look(uuid, uuid, text, text) to authenticated;

-- Figures -------------------------------------------------------------------------------------------------------------

create function private.show_figures(show_id uuid) returns jsonb
language plpgsql stable
security definer -- counts what staff do not read row by row
set search_path = ''
as $$
begin
  if not exists (
    select from public.fashion_shows s
    where s.id = show_figures.show_id and (s.boutique_id in (select private.my_boutique_ids('catalog.read')) or (select private.is_admin()))) then
    perform private.raise_error(404, 'show_not_found', 'There is no such show of a boutique you work for.', jsonb_build_object('show_id', show_id));
  end if;
  return (
    with holds as (
      select c.look_id, sum(c.number) as number, jsonb_object_agg(c.state, c.number) as by_state
      from (
        select h.look_id, r.state, count(*) as number
        from private.show_holds h join public.rentals r on r.id = h.rental_id
        where h.show_id = show_figures.show_id
        group by h.look_id, r.state) c
      group by c.look_id
    )
    select jsonb_build_object(
      'views', (select coalesce(sum(v.views), 0) from public.show_views v where v.show_id = show_figures.show_id),
      'rsvps', (
        select jsonb_object_agg(s.state, jsonb_build_object('parties', coalesce(c.parties, 0), 'people', coalesce(c.people, 0)))
        from unnest(enum_range(null::public.show_rsvp_state)) s (state)
        left join (
          select r.state, count(*) as parties, sum(r.party_size) as people
          from public.show_rsvps r where r.show_id = show_figures.show_id group by r.state) c on c.state = s.state),
      'holds', (select coalesce(sum(h.number), 0) from holds h),
      'looks', coalesce((
        select jsonb_agg(jsonb_build_object('look_id', l.id, 'position', l.position, 'title', l.title, 'product_id', l.product_id,
          'holds', coalesce(h.number, 0), 'rentals', coalesce(h.by_state, '{}')) order by l.position, l.id)
        from public.show_looks l left join holds h on h.look_id = l.id
        where l.show_id = show_figures.show_id), '[]')));
end
$$;

create function public.show_figures(show_id uuid) returns jsonb
language sql stable security invoker set search_path = ''
as $$ select private.show_figures(show_id) $$;
comment on function public.show_figures(uuid) is
  'What staff want to know of a show: {"views", "rsvps": {"confirmed": {"parties", "people"}, "waitlisted", "cancelled", "attended"}, "holds" (made from its looks), "looks": [{look_id, position, title, product_id, holds, "rentals": {"reserved": 2, "expired": 1, …}}]}; rentals is what has become of the holds. PT404 show_not_found.';
grant execute on function private.show_figures(uuid) to authenticated;
grant execute on function public.show_figures(uuid) to authenticated;

-- Telling -------------------------------------------------------------------------------------------------------------

create function private.remind_of_show(show public.fashion_shows, rsvp_ids uuid[]) returns void
language plpgsql volatile
set search_path = ''
as $$
begin
  -- The occasion has the time: what was put off, or waits for a time that was moved, is not told.
  perform private.notify('show_reminder', i.id, jsonb_build_object('group', show.boutique_id, 'start_after', r.at,
    'occasion', format('%sh-%s', r.hours, floor(extract(epoch from show.starts_at)))))
  from unnest(rsvp_ids) i (id)
  cross join lateral (select h.hours, show.starts_at - make_interval(hours => h.hours) as at from (values (24), (1)) h (hours)) r
  where r.at > now();
end
$$;
comment on function private.remind_of_show(public.fashion_shows, uuid[]) is 'Enqueues the reminders of RSVPs, a day and an hour before; those whose time is over are left out.';

create function private.tell_of_rsvp() returns trigger
language plpgsql
security definer -- whoever moves the RSVP, its customer is told
set search_path = ''
as $$
declare
  v_show public.fashion_shows;
begin
  if new.state = 'confirmed' then
    select * into v_show from public.fashion_shows s where s.id = new.show_id;
    perform private.notify(
      case when tg_op = 'UPDATE' and old.state = 'waitlisted' then 'show_promoted' else 'show_confirmed' end, new.id,
      -- Who comes back after she has cancelled has another place.
      jsonb_build_object('group', new.boutique_id, 'occasion', 'place-' || new.place));
    perform private.remind_of_show(v_show, array[new.id]);
  elsif new.cancel_reason is not null then
    perform private.notify('show_rsvp_cancelled', new.id, jsonb_build_object('group', new.boutique_id, 'occasion', 'place-' || new.place));
  end if;
  if new.state in ('confirmed', 'cancelled') then
    perform private.emit_event(new.boutique_id, 'show.rsvp_' || new.state, 'show_rsvps', new.id, jsonb_build_object(
      'rsvp_id', new.id, 'state', new.state, 'show_id', new.show_id, 'customer_id', new.customer_id, 'party_size', new.party_size));
  end if;
  return null;
end
$$;
comment on function private.tell_of_rsvp() is 'Trigger: a customer who has seats is told and reminded, and told when staff have cancelled them; webhooks hear of seats that are taken and given back.';

create trigger tell_of_new after insert on public.show_rsvps
  for each row execute function private.tell_of_rsvp();
create trigger tell_of_change after update of state on public.show_rsvps
  for each row when (old.state <> new.state) execute function private.tell_of_rsvp();

create function private.tell_of_show() returns trigger
language plpgsql
security definer -- whoever moves the show, those concerned are told
set search_path = ''
as $$
declare
  v_group jsonb := jsonb_build_object('group', new.boutique_id);
  v_has_moved boolean := (old.starts_at, old.location_id) is distinct from (new.starts_at, new.location_id);
begin
  if new.state <> old.state then
    perform private.emit_event(new.boutique_id, 'show.' || case new.state when 'live' then 'started' when 'recorded' then 'finished' else new.state::text end,
      'fashion_shows', new.id, private.show_facts(new));
  elsif v_has_moved and new.state = 'scheduled' then
    perform private.emit_event(new.boutique_id, 'show.rescheduled', 'fashion_shows', new.id, private.show_facts(new));
    perform private.notify('show_moved', r.id, v_group || jsonb_build_object(
      'occasion', format('%s-%s', (extract(epoch from now()) * 1000000)::bigint, floor(extract(epoch from new.starts_at)))))
    from public.show_rsvps r where r.show_id = new.id and r.state in ('confirmed', 'waitlisted');
    perform private.remind_of_show(new, array(select r.id from public.show_rsvps r where r.show_id = new.id and r.state = 'confirmed'))
    where old.starts_at <> new.starts_at;
  end if;
  if new.state = 'cancelled' and old.state <> 'cancelled' then
    perform private.notify('show_cancelled', r.id, v_group)
    from public.show_rsvps r where r.show_id = new.id and r.state in ('confirmed', 'waitlisted');
  end if;
  -- Nobody starts and ends shows but people: they are told once when one seems to be forgotten.
  if new.state in ('scheduled', 'live') and (old.state = 'draft' or old.ends_at <> new.ends_at) then
    perform private.notify('show_overdue', new.id, v_group || jsonb_build_object('start_after', new.ends_at + interval '12 hours',
      'occasion', floor(extract(epoch from new.ends_at))::text));
  end if;
  return null;
end
$$;
comment on function private.tell_of_show() is 'Trigger: those who come are told when a show is moved or called off, webhooks of every step, and staff of a show that was never ended.';

create trigger tell_of_show after update of state, starts_at, ends_at, location_id on public.fashion_shows
  for each row execute function private.tell_of_show();

create function private.show_facts(show public.fashion_shows) returns jsonb
language sql stable
set search_path = ''
as $$
  select jsonb_build_object('show_id', show.id, 'state', show.state, 'slug', show.slug, 'title', show.title,
    'starts_at', private.utc_text(show.starts_at), 'ends_at', private.utc_text(show.ends_at), 'location_id', show.location_id,
    'capacity', show.capacity, 'seats_taken', show.seats_taken)
$$;
comment on function private.show_facts(public.fashion_shows) is 'What webhooks are told of a show.';
