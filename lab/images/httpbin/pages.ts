/** Texts that httpbin answers whatever comes. */

export const landingPage = `<!DOCTYPE html>
<html lang="en">
<head><title>httpbin.org</title></head>
<body>
<h1>httpbin.org</h1>
<p>A simple HTTP Request &amp; Response Service, as the lab stands in for it.</p>
</body>
</html>
`;

export const htmlPage = `<!DOCTYPE html>
<html>
  <head>
  </head>
  <body>
      <h1>Herman Melville - Moby-Dick</h1>
      <div>
        <p>Call me Ishmael. Some years ago, never mind how long precisely, having little or no money in my purse, and
        nothing particular to interest me on shore, I thought I would sail about a little and see the watery part of
        the world.</p>
      </div>
  </body>
</html>
`;

export const slideshow = {
  slideshow: {
    author: "Yours Truly",
    date: "date of publication",
    slides: [
      { title: "Wake up to WonderWidgets!", type: "all" },
      {
        items: ["Why <em>WonderWidgets</em> are great", "Who <em>buys</em> WonderWidgets"],
        title: "Overview",
        type: "all",
      },
    ],
    title: "Sample Slide Show",
  },
};
