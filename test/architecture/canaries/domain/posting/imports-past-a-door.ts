import "../money/index.ts";
