import { Line } from './Line.jsx';

export default async function Page({ searchParams }) {
  const { url } = await searchParams;
  return <Line url={url ?? null} />;
}
