import { Autocomplete } from '@base-ui/react/autocomplete';
import { Dialog } from '@base-ui/react/dialog';
import { useRouter } from '@tanstack/react-router';
import { useMessages } from '../i18n/language.tsx';
import type { pagesOf } from './pages.ts';

interface Target {
  readonly group: string;
  readonly label: string;
  readonly hint?: string;
  readonly go: () => void;
}

interface PaletteProps {
  readonly open: boolean;
  readonly onOpenChange: (open: boolean) => void;
  readonly pages: ReturnType<typeof pagesOf>;
  readonly text: string;
  readonly onTextChange: (text: string) => void;
}

/** Every page by its name and every notification by its id, without taking a hand off the keyboard. */
export const Palette = ({ open, onOpenChange, pages: all, text, onTextChange }: PaletteProps) => {
  const { palette, nav } = useMessages();
  const router = useRouter();
  const id = text.trim();

  const pages: Target[] = [...all]
    .filter(({ name }) => nav[name].toLowerCase().includes(id.toLowerCase()))
    .map(({ to, name }) => ({ group: palette.pages, label: nav[name], go: () => router.navigate({ to }) }));
  const finds = [
    ['tx', palette.byTransaction],
    ['user', palette.byUser],
    ['marketing', palette.byMarketing],
    ['sns', palette.bySns],
  ] as const;
  const targets: Target[] =
    id === ''
      ? pages
      : [
          ...finds.map(([by, hint]) => ({
            group: palette.find,
            label: id,
            hint,
            go: () => router.navigate({ to: '/', search: by === 'tx' ? { id } : { by, id } }),
          })),
          ...pages,
        ];

  return (
    <Dialog.Root open={open} onOpenChange={onOpenChange}>
      <Dialog.Portal>
        <Dialog.Backdrop className="backdrop" />
        <Dialog.Popup className="palette">
          <Dialog.Title className="hidden">{palette.title}</Dialog.Title>
          <Autocomplete.Root
            inline
            open
            items={targets}
            filter={null}
            value={text}
            onValueChange={(value, { reason }) => reason !== 'item-press' && onTextChange(value)}
            itemToStringValue={({ hint = '', label }: Target) => `${hint} ${label}`}
            autoHighlight="always"
          >
            <Autocomplete.Input aria-label={palette.title} placeholder={palette.placeholder} />
            <Autocomplete.Empty className="nothing">
              {targets.length === 0 && palette.empty}
            </Autocomplete.Empty>
            <Autocomplete.List>
              {(target: Target) => (
                <Autocomplete.Item
                  key={`${target.group} ${target.hint} ${target.label}`}
                  value={target}
                  onClick={() => {
                    onOpenChange(false);
                    target.go();
                  }}
                >
                  <span className="muted">{target.hint ?? target.group}</span>
                  <span>{target.label}</span>
                </Autocomplete.Item>
              )}
            </Autocomplete.List>
          </Autocomplete.Root>
          <p className="muted">{palette.help}</p>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
};
