export const welcomePage = "<html><body><h1>It works!</h1></body></html>\n";
