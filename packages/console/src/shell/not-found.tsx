import { Link } from '@tanstack/react-router';
import { useMessages } from '../i18n/language.tsx';
import { Empty } from '../parts/states.tsx';

export const NotFound = () => {
  const { error } = useMessages();
  return (
    <Empty title={error.notFound}>
      <Link to="/">{error.home}</Link>
    </Empty>
  );
};
