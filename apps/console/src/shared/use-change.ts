import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { change, type LookedUp, LostAnswerError, type Send } from './change';

/** A change that a person asks for: pending, refused, or lost and then looked up. */
export function useChange<T>(onDone: (answer: T | undefined) => void) {
  const [lost, setLost] = useState<LostAnswerError>();
  const mutation = useMutation<T | undefined, unknown, Send<T>>({
    mutationFn: (send) => change(send),
    networkMode: 'always',
    onSuccess: onDone,
    onError: (error) => {
      if (error instanceof LostAnswerError) setLost(error);
    },
  });
  return {
    run: (send: Send<T>) => {
      setLost(undefined);
      mutation.mutate(send);
    },
    isPending: mutation.isPending,
    error: mutation.error instanceof LostAnswerError ? null : mutation.error,
    lost,
    onOutcome: ({ outcome }: LookedUp) => {
      if (outcome === 'done') onDone(undefined);
    },
  };
}
