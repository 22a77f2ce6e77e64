int main(void)
{
    int n = 2;
    return n;
}
