/**
 * The formulas of the report's measures in TeX; `lib/analysis/definitions.ts` has the same formulas as plain text, which
 * a report stores. PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import type { DEFINITIONS } from "../../../lib/analysis/definitions.ts";

/** A measure's key in a report. */
export type Measure = keyof typeof DEFINITIONS;

/** Two lines under each other, so that a formula and what its letters stand for fit a phone. */
function lines(formula: string, where: string): string {
  return String.raw`\begin{array}{l} \displaystyle ${formula} \\ ${where} \end{array}`;
}

/** x input, x̂ reconstruction, a activations, n inputs, d numbers an input has, m latents, t the threshold of "active". */
export const FORMULAS: Record<Measure, string> = {
  images: "n",
  loss: String.raw`\text{reconstruction loss} + w \cdot \text{penalty} + \text{auxiliary loss}`,
  mse: String.raw`\frac{1}{nd} \sum_i \lVert x_i - \hat x_i \rVert^2`,
  bce: String.raw`-\frac{1}{nd} \sum_{i,p} \left[ x_{ip} \ln \hat x_{ip} + (1 - x_{ip}) \ln (1 - \hat x_{ip}) \right]`,
  fvu: lines(
    String.raw`\frac{\sum_i \lVert x_i - \hat x_i \rVert^2}{\sum_i \lVert x_i - \bar x \rVert^2}`,
    String.raw`\bar x \text{ the mean input}`,
  ),
  evLegacy: String
    .raw`\frac{1}{n} \sum_i \left[ 1 - \frac{\lVert x_i - \hat x_i \rVert^2}{\lVert x_i - \bar x \rVert^2} \right]`,
  evVariance: String.raw`1 - \frac{\sum_p \mathrm{Var}(x_p - \hat x_p)}{\sum_p \mathrm{Var}(x_p)}`,
  nmse: String.raw`\frac{1}{n} \sum_i \frac{\lVert x_i - \hat x_i \rVert^2}{\lVert x_i \rVert^2}`,
  cosine: String.raw`\frac{1}{n} \sum_i \frac{x_i \cdot \hat x_i}{\lVert x_i \rVert \, \lVert \hat x_i \rVert}`,
  l2Ratio: String.raw`\frac{1}{n} \sum_i \frac{\lVert \hat x_i \rVert}{\lVert x_i \rVert}`,
  relativeBias: String.raw`\frac{\sum_i \lVert \hat x_i \rVert^2}{\sum_i x_i \cdot \hat x_i}`,
  klNats: lines(
    String.raw`\sum_j \left[ \rho \ln \frac{\rho}{\hat\rho_j} + (1-\rho) \ln \frac{1-\rho}{1-\hat\rho_j} \right]`,
    String.raw`\hat\rho_j \text{ the mean of } a_{ij} \text{ over the split}`,
  ),
  penalty: String
    .raw`\begin{array}{ll} \text{KL} & \sum_j D_{\mathrm{KL}}(\rho \,\|\, \hat\rho_j) \\ \text{L1} & \frac{1}{d} \langle \sum_j a_j \lVert d_j \rVert \rangle \\ \text{Gated} & \frac{1}{d} \langle \sum_j \mathrm{ReLU}(\pi_j) \lVert d_j \rVert \rangle \\ \text{JumpReLU} & \mathrm{L0} / d \\ \text{others} & 0 \end{array}`,
  auxiliary: String
    .raw`\begin{array}{ll} \text{TopK, BatchTopK} & \alpha \cdot \mathrm{AuxK} \\ \text{Matryoshka} & \alpha \cdot \mathrm{AuxK} + \text{losses of prefixes} \\ \text{HierarchicalTopK} & \alpha \cdot \mathrm{AuxK} + \text{mean loss over budgets} - \text{reconstruction loss} \\ \text{Gated} & \text{loss of the gates} \\ \text{others} & 0 \end{array}`,
  activeLatents: String.raw`\frac{1}{n} \sum_i \#\{ j : a_{ij} > t \}`,
  l0NonZero: String.raw`\frac{1}{n} \sum_i \#\{ j : a_{ij} \neq 0 \}`,
  meanActivation: String.raw`\frac{1}{nm} \sum_{i,j} a_{ij}`,
  shareAbove: String.raw`\frac{1}{nm} \, \#\{ (i, j) : a_{ij} > t \}`,
  l0: String.raw`\frac{1}{n} \sum_i \#\{ j : a_{ij} > t \}`,
  hoyerPopulation: String
    .raw`\frac{1}{n} \sum_i \frac{m^{1/2} - \lVert a_i \rVert_1 / \lVert a_i \rVert_2}{m^{1/2} - 1}`,
  hoyerLifetime: lines(
    String.raw`\frac{1}{m} \sum_j \frac{n^{1/2} - \lVert a^j \rVert_1 / \lVert a^j \rVert_2}{n^{1/2} - 1}`,
    String.raw`a^j \text{ the activations of latent } j`,
  ),
  giniPopulation: lines(
    String
      .raw`\frac{1}{n} \sum_i \left[ 1 - 2 \sum_{k=1}^{m} \frac{a_{i(k)}}{\lVert a_i \rVert_1} \cdot \frac{m - k + \frac12}{m} \right]`,
    String.raw`a_{i(1)} \le \dots \le a_{i(m)}`,
  ),
  giniLifetime: lines(
    String
      .raw`\frac{1}{m} \sum_j \left[ 1 - 2 \sum_{k=1}^{n} \frac{a_{(k)j}}{\lVert a^j \rVert_1} \cdot \frac{n - k + \frac12}{n} \right]`,
    String.raw`a_{(1)j} \le \dots \le a_{(n)j}`,
  ),
  deadLatents: String.raw`\#\{ j : a_{ij} \le t \text{ for all } i \}`,
  denseLatents: String.raw`\#\{ j : \text{density of } j > \tfrac12 \}`,
  geometry: String
    .raw`\begin{array}{l} \lVert \mathrm{dec}_j \rVert, \ \lVert \mathrm{enc}_j \rVert, \ \cos(\mathrm{enc}_j, \mathrm{dec}_j) \\ \max_{i \ne j} \cos(\mathrm{dec}_i, \mathrm{dec}_j) \\ \frac{2}{m(m-1)} \sum_{i < j} \lvert \cos(\mathrm{dec}_i, \mathrm{dec}_j) \rvert \end{array}`,
  probing: String.raw`\frac{1}{C} \sum_c \text{accuracy of the probe of class } c`,
  perturbation: lines(
    String.raw`\frac{1}{C} \sum_c \Bigl[ \Delta_c - \frac{1}{C-1} \sum_{c' \ne c} \Delta_{c'} \Bigr]`,
    String.raw`\Delta \text{ the accuracy that a probe loses}`,
  ),
  description: String.raw`\sum_j \bigl[ H(p_j) + p_j \, H(\text{bin of } a_j \mid a_j \ne 0) \bigr]`,
  dictionary: lines(
    String.raw`\mathrm{MCC} = \max_{P} \frac{1}{\#P} \sum_{(j, f) \in P} \left| \cos(\mathrm{dec}_j, v_f) \right|`,
    String.raw`P \text{ pairs latents } j \text{ with features } v_f`,
  ),
  byK: lines(
    String.raw`\frac{1}{nd} \sum_i \lVert x_i - \hat x_{ik} \rVert^2`,
    String.raw`\hat x_{ik} \text{ from the } k \text{ largest } a_{ij} \text{ of input } i`,
  ),
  rhoHat: String.raw`\hat\rho_j = \frac{1}{n} \sum_i a_{ij}`,
  density: String.raw`\frac{1}{n} \, \#\{ i : a_{ij} > t \}`,
  classProfile: lines(String.raw`\frac{\sum_{i \in c} a_{ij}}{\sum_i a_{ij}}`, String.raw`\text{for each class } c`),
  classPurity: String.raw`\max_c \frac{\sum_{i \in c} a_{ij}}{\sum_i a_{ij}}`,
  factorCorrelation: lines(
    String
      .raw`\frac{(a^j - \bar a^j) \cdot (s - \bar s)}{\lVert a^j - \bar a^j \rVert \, \lVert s - \bar s \rVert}`,
    String.raw`s \text{ a factor, } a^j \text{ the activations of latent } j`,
  ),
  effectCosine: lines(
    String.raw`\frac{e_j \cdot e_k}{\lVert e_j \rVert \, \lVert e_k \rVert}`,
    String.raw`e_j \text{ the effect of latent } j`,
  ),
  errorSaved: lines(
    String
      .raw`\frac{1}{nd} \sum_i \left( \lVert x_i - \hat x_i^{(j)} \rVert^2 - \lVert x_i - \hat x_i \rVert^2 \right)`,
    String.raw`\hat x_i^{(j)} \text{ with } a_{ij} = 0`,
  ),
};
