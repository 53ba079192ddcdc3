import { NexusError, toNexusError } from "@nexus/client";
import { useCallback, useEffect, useRef, useState } from "preact/hooks";

export interface Loaded<T> {
  readonly data: T | undefined;
  readonly error: NexusError | undefined;
  readonly isLoading: boolean;
  /** Asks again, and shows what is there meanwhile. */
  reload(): void;
}

/** What `load` answers; asked anew when one of `keys` changes, and then what was asked before is given up. */
export function useData<T>(load: (signal: AbortSignal) => Promise<T>, keys: readonly unknown[]): Loaded<T> {
  const [state, setState] = useState<{ data?: T; error?: NexusError; isLoading: boolean }>({ isLoading: true });
  const [round, setRound] = useState(0);
  const latest = useRef(load);
  latest.current = load;
  useEffect(() => {
    const abort = new AbortController();
    setState(({ data }) => ({ ...(data === undefined ? {} : { data }), isLoading: true }));
    latest.current(abort.signal).then(
      (data) => abort.signal.aborted || setState({ data, isLoading: false }),
      async (thrown) => {
        const error = await toNexusError(thrown);
        if (!abort.signal.aborted) setState({ error, isLoading: false });
      },
    );
    return () => abort.abort();
  }, [...keys, round]);
  const reload = useCallback(() => setRound((n) => n + 1), []);
  return { data: state.data, error: state.error, isLoading: state.isLoading, reload };
}

/** Does something when a button is pressed, once at a time; what is refused is shown. */
export function useAction<Args extends unknown[]>(act: (...args: Args) => Promise<void>) {
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<NexusError>();
  const run = async (...args: Args) => {
    if (isBusy) return;
    setBusy(true);
    setError(undefined);
    try {
      await act(...args);
    } catch (thrown) {
      setError(thrown instanceof NexusError ? thrown : await toNexusError(thrown));
    } finally {
      setBusy(false);
    }
  };
  return { run, isBusy, error };
}
