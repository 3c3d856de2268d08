import { Link } from '@tanstack/react-router';
import { useMessages } from '../i18n/language.tsx';

export const NotFound = () => {
  const { error } = useMessages();
  return (
    <section className="page">
      <h1>{error.notFound}</h1>
      <Link to="/">{error.home}</Link>
    </section>
  );
};
