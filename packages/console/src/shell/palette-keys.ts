import { useEffect, useState } from 'react';

/**
 * Opens the palette by Ctrl K, and keeps what is typed from then on: the palette may not be there yet, or not have the focus yet, and
 * nobody waits for it.
 */
export const usePaletteKeys = () => {
  const [open, setOpen] = useState(false);
  const [text, setText] = useState('');
  const onOpenChange = (next: boolean) => {
    if (!next) setText('');
    setOpen(next);
  };

  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      const { key, target } = event;
      const withControl = event.metaKey || event.ctrlKey;
      if (withControl && key.toLowerCase() === 'k') {
        event.preventDefault();
        setOpen(true);
      }
      const isInPalette = target instanceof Element && target.closest('.palette') !== null;
      if (!open || isInPalette || withControl || event.altKey || event.isComposing) return;
      if (key === 'Escape') onOpenChange(false);
      else if (key === 'Backspace') setText((before) => before.slice(0, -1));
      else if (key.length === 1) setText((before) => before + key);
      else return;
      event.preventDefault();
      event.stopPropagation();
    };
    // Before whatever has the focus.
    addEventListener('keydown', press, { capture: true });
    return () => removeEventListener('keydown', press, { capture: true });
  });

  return { open, onOpenChange, text, onTextChange: setText };
};
