import type { Picture } from "@nexus/client";

/** A gown's picture in the width that the screen needs, or a quiet place for one. */
export function GownPicture(props: { sources: Picture["renditions"]; alt: string; sizes: string; isFirst?: boolean }) {
  const { sources, alt, sizes, isFirst } = props;
  const widest = sources.at(-1);
  if (widest === undefined) return <div class="picture empty" role="img" aria-label={`${alt}: no picture yet`} />;
  return (
    <img
      class="picture"
      src={widest.url}
      srcset={sources.map(({ url, width }) => `${url} ${width}w`).join(", ")}
      sizes={sizes}
      width={widest.width}
      height={widest.height}
      alt={alt}
      loading={isFirst ? "eager" : "lazy"}
    />
  );
}
