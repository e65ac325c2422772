const IN_ENGLISH = `Happy to think along. You said:

> {question}

Three things come to mind:

1. Start with the **smallest step** that would tell you something.
2. Write down what you expect *before* you look.
3. Ask the others here; someone has probably been there.

A sketch, so that we have something to point at:

\`\`\`ts
const tea = ["oolong", "jasmine", "lapsang"];

for (const [index, leaf] of tea.entries()) {
  console.log(\`\${index + 1}. \${leaf}\`);
}
\`\`\`

Shall I go on from here?`;

const IN_CHINESE = `很乐意一起想想。你说的是：

> {question}

我想到三点：

1. 先走**最小的一步**，看看会发生什么。
2. 动手之前，先写下你的预期。
3. 问问在座的各位，多半有人走过这条路。

先画个草图，大家好有的放矢：

\`\`\`ts
const tea = ["乌龙", "茉莉", "小种"];

for (const [index, leaf] of tea.entries()) {
  console.log(\`\${index + 1}. \${leaf}\`);
}
\`\`\`

要我接着往下写吗？`;

/** The pieces of an answer in the language of the question, as small as a model's tokens. */
export function pleasantAnswer(question: string): string[] {
  const answer = (/\p{Script=Han}/u.test(question) ? IN_CHINESE : IN_ENGLISH).replace("{question}", () => question.replaceAll("\n", "\n> "));
  return answer.match(/\p{Script=Han}{1,2}|\s*[^\s\p{Script=Han}]+|\s+/gu) ?? [];
}
